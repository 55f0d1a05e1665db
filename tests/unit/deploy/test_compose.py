"""The production shape: a valid compose file that runs the same entry points and settings as `make up`."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import pytest
import yaml
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from deploy.compose import setup
from deploy.stack.kafka_tools import kafka_version
from deploy.stack.options import SERVICES
from deploy.stack.paths import ROOT
from services.booking.settings import BookingSettings
from services.catalog.settings import CatalogSettings
from services.notification.settings import NotificationSettings
from services.portal.adapters.accounts import FileAccounts
from services.portal.settings import PortalSettings

SETTINGS = {
    "catalog": CatalogSettings,
    "booking": BookingSettings,
    "notification": NotificationSettings,
    "portal": PortalSettings,
}
ONCE = {"issuer", "mongo-key", "mongo-init"}
SCHEMA = json.loads(
    (Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]


def complaints(compose: dict[str, Any]) -> list[str]:
    validator = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(compose)]


def test_the_file_follows_the_compose_specification() -> None:
    assert complaints(COMPOSE) == []


def test_the_specification_would_find_a_misspelt_key() -> None:
    broken = {**COMPOSE, "services": {"booking": {**CONTAINERS["booking"], "helthcheck": {}}}}
    assert any("helthcheck" in complaint for complaint in complaints(broken))


def test_every_service_runs_the_module_that_the_embedded_stack_runs() -> None:
    assert {name: CONTAINERS[name]["command"][-1] for name in SERVICES} == {
        name: f"services.{name}" for name in SERVICES
    }


@pytest.mark.parametrize("name", [n for n, c in CONTAINERS.items() if c.get("command", [""])[0] == "python"])
def test_what_a_container_of_ours_runs_exists(name: str) -> None:
    command = CONTAINERS[name]["command"]
    assert command[1] == "-m"
    assert importlib.util.find_spec(command[2]) is not None


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_told_nothing_that_it_has_no_setting_for(name: str) -> None:
    told = {key.removeprefix("PAVILION_").lower() for key in CONTAINERS[name]["environment"]}
    assert told <= set(SETTINGS[name].model_fields)
    assert {"mongo_url", "kafka_bootstrap", "jwks", "host", "port"} <= told


def test_each_service_has_credentials_and_a_database_of_its_own() -> None:
    for name in SERVICES:
        url = CONTAINERS[name]["environment"]["PAVILION_MONGO_URL"]
        assert url.startswith(f"mongodb://{name}:${{MONGO_PASSWORD_{name.upper()}:?")
        assert url.endswith(f"authSource={SETTINGS[name].model_fields['mongo_database'].default}")


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_bounded_and_watched(name: str) -> None:
    container = CONTAINERS[name]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert ("healthcheck" in container) == (name not in ONCE)
    assert ("restart" in container) == (name not in ONCE)
    if container["image"].startswith("pavilion"):
        assert container["user"] == "10001:10001"
        assert container["read_only"] is True
        assert container["cap_drop"] == ["ALL"]


def test_whoever_is_waited_for_exists_and_can_be_waited_for() -> None:
    for container in CONTAINERS.values():
        for other, how in (container.get("depends_on") or {}).items():
            condition = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == condition, other


def test_three_brokers_and_three_members_agree_on_who_they_are() -> None:
    cluster = dict(
        line.split("=", 1) for line in (ROOT / "deploy/compose/cluster.env").read_text().splitlines() if line[0] != "#"
    )
    brokers = {name: c["environment"]["KAFKA_NODE_ID"] for name, c in CONTAINERS.items() if name.startswith("kafka-")}
    assert cluster["KAFKA_VOTERS"] == ",".join(f"{number}@{name}:9093" for name, number in brokers.items())
    assert cluster["KAFKA_BOOTSTRAP"] == ",".join(f"{name}:9092" for name in brokers)
    assert [name for name, c in CONTAINERS.items() if "cluster" in c.get("profiles", [])] == ["kafka-2", "kafka-3"]
    members = re.findall(r'"(mongo-\d):27017"', (ROOT / "deploy/compose/mongo-init.js").read_text())
    assert members == [name for name in CONTAINERS if re.fullmatch(r"mongo-\d", name)]


def test_the_brokers_are_of_the_version_that_is_tested() -> None:
    assert {c["image"] for n, c in CONTAINERS.items() if n.startswith("kafka-")} == {f"apache/kafka:{kafka_version()}"}


def test_no_secret_has_a_default_and_the_example_names_them_all() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\w*):\?", text))
    assert not re.findall(r"\$\{\w*(?:PASSWORD|KEY)\w*(?::-|\})", text)
    example = (ROOT / "deploy/compose/example.env").read_text()
    assert secrets == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_the_image_copies_what_is_there_and_is_not_root() -> None:
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copied
    assert all((ROOT / path).exists() for paths in copied for path in paths)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {Path(path).parts[0] for paths in copied for path in paths} <= kept


def passwords(directory: Path) -> dict[str, set[str]]:
    """Who has which of the words that the tests use as a password."""
    accounts, comparing = FileAccounts(directory / "accounts.json"), PasswordHasher()
    found: dict[str, set[str]] = {}
    for word in ("for all", "for one", "another"):
        for name in ("organizer", "olga", "admin"):
            account = accounts.find(name)
            with contextlib.suppress(VerifyMismatchError):
                assert account is not None
                assert comparing.verify(account.password_hash, word)
                found.setdefault(word, set()).add(name)
    return found


def test_the_administrator_has_a_password_of_its_own_and_both_follow_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_SAMPLE_PASSWORD", "for all")
    monkeypatch.setenv("PAVILION_ADMIN_PASSWORD", "for one")
    setup.main(["issuer"], tmp_path)
    assert passwords(tmp_path) == {"for all": {"organizer", "olga"}, "for one": {"admin"}}
    path = tmp_path / "accounts.json"
    before = path.read_bytes()
    setup.main(["issuer"], tmp_path)
    assert path.read_bytes() == before
    rows = [{**row, "display": "Renamed"} for row in json.loads(before) if row["account"] != "lan"]
    path.write_text(json.dumps(rows))
    monkeypatch.setenv("PAVILION_ADMIN_PASSWORD", "another")
    setup.main(["issuer"], tmp_path)
    assert passwords(tmp_path) == {"for all": {"organizer", "olga"}, "another": {"admin"}}
    kept = json.loads(path.read_text())
    assert [(row["account"], row["display"]) for row in kept] == [(row["account"], "Renamed") for row in rows]
    assert FileAccounts(path).samples() == []


@pytest.mark.parametrize("admin", ["", "for all"])
def test_no_password_for_the_administrator_or_everybody_s_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, admin: str
) -> None:
    monkeypatch.setenv("PAVILION_SAMPLE_PASSWORD", "for all")
    monkeypatch.setenv("PAVILION_ADMIN_PASSWORD", admin)
    with pytest.raises(SystemExit, match="PAVILION_ADMIN_PASSWORD"):
        setup.main(["issuer"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_secrets_stay_off_command_lines_and_the_replica_set_is_formed_again_and_again_until_it_is() -> None:
    (said,) = CONTAINERS["mongo-init"]["command"]
    assert "PASSWORD" not in said
    assert said.startswith("until mongosh ")
    assert "auth(" in (ROOT / "deploy/compose/mongo-init.js").read_text()
