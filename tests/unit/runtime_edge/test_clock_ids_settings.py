from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.runtime.clock import ManualClock, SystemClock
from shared.runtime.ids import new_id
from shared.runtime.settings import ServiceSettings, SettingsError, load_settings


def test_the_system_clock_tells_an_aware_utc_instant() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_manual_clock_stands_until_it_is_moved_and_never_runs_backwards() -> None:
    clock = ManualClock(datetime(2027, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)
    assert clock.advance(seconds=90) == clock.now() == datetime(2027, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert clock.advance(timedelta(hours=1)).hour == 1
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(seconds=-1)
    with pytest.raises(ValueError, match="aware"):
        clock.set(datetime(2027, 1, 1))  # noqa: DTZ001 - the specimen


def test_ids_carry_their_prefix_are_unique_and_sort_in_the_order_of_their_making() -> None:
    made = [new_id("res") for _ in range(5_000)]
    assert made == sorted(set(made))
    assert all(id_.startswith("res-") and len(id_) == 36 for id_ in made)
    assert "-" not in new_id()


class Needy(ServiceSettings):
    smtp_host: str


def test_settings_are_read_from_prefixed_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_PORT", "8123")
    monkeypatch.setenv("PAVILION_SMTP_HOST", "mail.example")
    settings = load_settings(Needy)
    assert (settings.port, settings.smtp_host) == (8123, "mail.example")


def test_a_missing_setting_is_one_sentence_that_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAVILION_SMTP_HOST", raising=False)
    with pytest.raises(SettingsError) as caught:
        load_settings(Needy)
    assert str(caught.value) == "PAVILION_SMTP_HOST is not set, and the service cannot run without it."


def test_a_wrong_setting_is_named_and_its_value_which_may_be_secret_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAVILION_PORT", "s3cret-port")
    with pytest.raises(SettingsError) as caught:
        load_settings(ServiceSettings)
    assert "PAVILION_PORT cannot be used" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_proxy_that_is_trusted_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    assert load_settings(ServiceSettings).trusted_proxies == "10.0.0.0/8, ::1"
    monkeypatch.setenv("PAVILION_TRUSTED_PROXIES", "proxy.example")
    with pytest.raises(SettingsError, match=r"PAVILION_TRUSTED_PROXIES cannot be used: .*addresses or networks"):
        load_settings(ServiceSettings)
