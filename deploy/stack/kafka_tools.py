"""Apache Kafka's jars: resolved once by Maven, checked, and made quick to start.

Under `.tools/kafka-<version>/` lie `libs/` (the jars), `classes-<java>.jsa` (an archive of loaded
classes, which halves the start) and `formatted/` (what formatting a broker's directory writes into it,
the same for every broker of this version but for its `meta.properties`).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

from deploy.stack.errors import KafkaUnavailable
from deploy.stack.paths import ROOT, TOOLS

JAVA_MAJOR_MIN = 17
_KAFKA = ROOT / "deploy" / "kafka"
_POM = _KAFKA / "pom.xml"
_CHECKSUMS = _KAFKA / "jars.sha256"
_XML = {"m": "http://maven.apache.org/POM/4.0.0"}


@dataclass(frozen=True, slots=True)
class KafkaTools:
    """Where Java and the jars are, and of which versions."""

    java: Path
    java_version: str
    home: Path

    @property
    def libs(self) -> Path:
        """The directory of the jars."""
        return self.home / "libs"

    @property
    def formatted(self) -> Path:
        """A formatted broker directory without its `meta.properties`."""
        return self.home / "formatted"

    @property
    def class_archive(self) -> Path:
        """Loaded classes of this Java, to be mapped instead of parsed."""
        return self.home / f"classes-{self.java_version}.jsa"

    def command(self, main_class: str, *arguments: str | Path, options: tuple[str, ...] = ()) -> list[str]:
        """The command line that runs one of Kafka's main classes."""
        settings = f"-Dlog4j2.configurationFile={_KAFKA / 'log4j2.properties'}"
        # The wildcard would be expanded in directory order, and the class archive wants one fixed order.
        classpath = os.pathsep.join(str(jar) for jar in sorted(self.libs.glob("*.jar")))
        return [str(self.java), *options, settings, "-cp", classpath, main_class, *map(str, arguments)]


def kafka_version() -> str:
    """The version of Apache Kafka that the pom names."""
    version = ElementTree.parse(_POM).findtext("m:properties/m:kafka.version", namespaces=_XML)  # noqa: S314 - our own file
    if version is None:
        raise ValueError(f"{_POM} names no kafka.version")
    return version


def find_java() -> tuple[Path, str]:
    """The Java to run with and its full version.

    Raises KafkaUnavailable when there is none or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(str(Path(home) / "bin" / "java")) if home else None
    found = found or shutil.which("java")
    remedy = f"Install it (`apt-get install openjdk-{JAVA_MAJOR_MIN}-jre-headless`), or choose PAVILION_BROKER=memory."
    if found is None:
        raise KafkaUnavailable("Apache Kafka needs Java, and there is none here.", remedy)
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "((?:1\.)?(\d+)[^"]*)', said)
    if version is None or int(version[2]) < JAVA_MAJOR_MIN:
        first = said.splitlines()[0] if said else "of unknown version"
        raise KafkaUnavailable(f"Apache Kafka needs Java {JAVA_MAJOR_MIN} or newer; here is {first}.", remedy)
    return Path(found), version[1]


def is_prepared(tools: Path = TOOLS) -> bool:
    """Whether nothing needs to be fetched any more."""
    return _tools_home(tools).joinpath("formatted").exists()


def _tools_home(tools: Path) -> Path:
    return tools / f"kafka-{kafka_version()}"


async def kafka_tools(tools: Path = TOOLS) -> KafkaTools:
    """Everything that a broker needs, fetched and prepared if this is the first time.

    Raises KafkaUnavailable when Java, Maven or Maven's repository cannot be had.
    """
    java, version = find_java()
    found = KafkaTools(java, version, _tools_home(tools))
    if not found.formatted.exists():
        async with locked(found.home):
            if not found.formatted.exists():
                await _fetch(found)
                await _format(found)
    return found


@contextlib.asynccontextmanager
async def locked(home: Path) -> AsyncIterator[None]:
    """One process prepares the tools while others wait for it."""
    with _lock_file(home) as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.1)
        yield


def _lock_file(home: Path) -> TextIO:
    home.mkdir(parents=True, exist_ok=True)
    return (home / "lock").open("w")


async def _fetch(tools: KafkaTools) -> None:
    maven = shutil.which("mvn")
    other = "or choose PAVILION_BROKER=memory."
    if maven is None:
        raise KafkaUnavailable(
            "Apache Kafka's jars are fetched by Maven, and there is none here.",
            f"Install it (`apt-get install maven`), {other}",
        )
    arriving = tools.home / "libs.arriving"
    shutil.rmtree(arriving, ignore_errors=True)
    options = ["-q", "-B", "-C", "-f", str(_POM), "-DincludeScope=runtime", f"-DoutputDirectory={arriving}"]
    run = await _run([maven, *options, "dependency:copy-dependencies"])
    if run.returncode != 0 or not arriving.is_dir():
        complaint = next((line for line in run.stdout.splitlines() if "ERROR" in line), "it gave no reason")
        raise KafkaUnavailable(
            f"Maven could not fetch Apache Kafka {kafka_version()}: {complaint}",
            f"Check that its repository can be reached from here (`mvn -f {_POM} validate`), {other}",
        )
    _verify(arriving)
    shutil.rmtree(tools.libs, ignore_errors=True)
    arriving.rename(tools.libs)


def _verify(libs: Path) -> None:
    """Compare the jars with the checksums that are kept beside the pom."""
    lines = (line.split() for line in _CHECKSUMS.read_text().splitlines())
    expected = {name: checksum for checksum, name in lines}
    actual = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in libs.iterdir()}
    wrong = sorted(name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name))
    if wrong:
        raise KafkaUnavailable(
            f"What Maven fetched is not what was checked when this version was chosen: {', '.join(wrong)}.",
            f"If the version was changed on purpose, renew {_CHECKSUMS.relative_to(ROOT)} (`make pins`).",
        )


async def _format(tools: KafkaTools) -> None:
    """Let Kafka format one directory and keep what is the same in all of them."""
    trial = tools.home / "format"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    settings = trial / "server.properties"
    lines = (
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@127.0.0.1:1",
        "listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1",
        "controller.listener.names=CONTROLLER",
        f"log.dirs={trial / 'data'}",
    )
    settings.write_text("\n".join(lines))
    arguments = ("format", "--cluster-id", "AAAAAAAAAAAAAAAAAAAAAQ", "--config", settings)
    run = await _run(tools.command("kafka.tools.StorageTool", *arguments, options=("-Xmx128m", "-XX:+UseSerialGC")))
    made = trial / "data"
    if run.returncode != 0 or not any(made.glob("__cluster_metadata-0/*.checkpoint")):
        raise KafkaUnavailable(
            f"Apache Kafka could not format a directory: {run.stdout.strip() or run.returncode}",
            f"Remove {tools.home} and start again.",
        )
    (made / "meta.properties").unlink()
    made.rename(tools.formatted)
    shutil.rmtree(trial)


async def _run(argv: list[str]) -> subprocess.CompletedProcess[str]:
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return subprocess.CompletedProcess(argv, process.returncode or 0, output.decode("utf-8", "replace"))
