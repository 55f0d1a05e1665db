"""Events in Kafka headers: what goes out comes back, and what is no event is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Undecodable, cloudevents, contract_of, parse
from shared.contracts.cloudevents import decode, headers
from shared.contracts.events import BoothNow, FairClosed
from shared.contracts.registry import CONTRACTS
from shared.contracts.samples import SAMPLES

TIME = datetime(2027, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "id_": "ev-1",
    "type_": FairClosed.type_,
    "source": "/pavilion/catalog",
    "time": TIME,
    "sequence": 7,
    "subject": "silk",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
BODY = b'{"fair":"silk"}'


def without(name: str) -> list[tuple[str, bytes]]:
    return [header for header in headers(**WHOLE) if header[0] != name]


def replaced(name: str, value: bytes) -> list[tuple[str, bytes]]:
    return [*without(name), (name, value)]


def test_the_envelope_travels_in_the_headers_that_the_kafka_binding_names() -> None:
    assert dict(headers(**WHOLE)) == {
        "ce_id": b"ev-1",
        "ce_type": b"pavilion.catalog.fair.closed.v1",
        "ce_source": b"/pavilion/catalog",
        "ce_dataschema": b"urn:pavilion:event:pavilion.catalog.fair.closed.v1",
        "ce_specversion": b"1.0",
        "ce_time": b"2027-03-01T09:00:00.123456Z",
        "ce_sequence": b"7",
        "ce_subject": b"silk",
        "content-type": b"application/json",
        "traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }


_text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1)


@given(
    id_=_text,
    type_=_text,
    source=_text,
    time=st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=30)))),
    sequence=st.integers(1, 2**63 - 1),
    subject=st.none() | _text,
    key=_text,
    data=st.none() | st.dictionaries(st.text(), st.none() | st.booleans() | st.text(), max_size=3),
)
def test_what_goes_out_comes_back(key: str, data: dict[str, Any] | None, **told: Any) -> None:
    value = None if data is None else orjson.dumps(data)
    envelope = decode(headers(**told), key.encode(), value)
    assert envelope == cloudevents.Envelope(
        told["id_"], told["type_"], told["source"], key, told["sequence"], told["time"], told["subject"], data, None
    )
    assert envelope.time.tzinfo is UTC


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_sequence", "ce_time", "ce_specversion"])
def test_a_missing_header_is_named(name: str) -> None:
    with pytest.raises(Undecodable, match=f"{name} is missing"):
        decode(without(name), b"silk", BODY)


@pytest.mark.parametrize(
    ("made", "key", "value", "said"),
    [
        (replaced("ce_specversion", b"0.3"), b"silk", BODY, "ce_specversion is 0.3"),
        (replaced("content-type", b"application/avro"), b"silk", BODY, "content-type is application/avro"),
        (replaced("ce_sequence", b"seven"), b"silk", BODY, "ce_sequence is no positive whole number: 'seven'"),
        (replaced("ce_sequence", b"0"), b"silk", BODY, "ce_sequence is no positive whole number"),
        (replaced("ce_sequence", b"-1"), b"silk", BODY, "ce_sequence is no positive whole number"),
        (replaced("ce_sequence", "²".encode()), b"silk", BODY, "ce_sequence is no positive whole number"),
        (replaced("ce_time", b"yesterday"), b"silk", BODY, "ce_time is no RFC 3339 time: 'yesterday'"),
        (replaced("ce_time", b"2027-03-01T09:00:00"), b"silk", BODY, "ce_time has no time zone"),
        (replaced("ce_id", b"\xff"), b"silk", BODY, "a header is not UTF-8"),
        (headers(**WHOLE), None, BODY, "the record has no key"),
        (headers(**WHOLE), b"", BODY, "the record has no key"),
        (headers(**WHOLE), b"\xff", BODY, "the record's key is not UTF-8"),
        (headers(**WHOLE), b"silk", b"", "the body is no JSON"),
        (headers(**WHOLE), b"silk", b'{"fair":', "the body is no JSON"),
        (headers(**WHOLE), b"silk", b"[1]", "the body is no JSON object"),
    ],
)
def test_what_is_no_event_says_what_is_wrong(
    made: list[tuple[str, bytes]], key: bytes | None, value: bytes, said: str
) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(made, key, value)
    assert said in str(caught.value)


@given(
    made=st.lists(st.tuples(st.text(), st.none() | st.binary()), max_size=12),
    key=st.none() | st.binary(),
    value=st.none() | st.binary(),
)
def test_no_record_whatever_it_holds_is_anything_but_an_event_or_undecodable(
    made: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None
) -> None:
    with pytest.raises(Undecodable):
        decode(made, key, value)


def test_a_time_without_a_zone_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="time zone"):
        headers(**{**WHOLE, "time": datetime(2027, 3, 1)})  # noqa: DTZ001 - the specimen


def test_a_tombstone_has_no_data() -> None:
    assert decode(headers(**WHOLE), b"silk", None).data is None


@pytest.mark.parametrize("type_", CONTRACTS)
def test_each_sample_goes_out_and_comes_back_as_itself(type_: str) -> None:
    sample = SAMPLES[type_]
    made = headers(**{**WHOLE, "type_": type_})
    envelope = decode(made, b"key", sample.model_dump_json().encode())
    assert parse(envelope.type, envelope.data, type(sample)) == sample


def test_data_that_do_not_hold_name_their_field() -> None:
    with pytest.raises(Undecodable, match=r"booth\.state\.v1 does not hold in state: "):
        parse(BoothNow.type_, {**SAMPLES[BoothNow.type_].model_dump(), "state": "melted"}, BoothNow)
    with pytest.raises(Undecodable, match="without a body"):
        parse(BoothNow.type_, None, BoothNow)
    with pytest.raises(Undecodable, match="is no pavilion"):
        parse(FairClosed.type_, {"fair": "silk"}, BoothNow)


def test_a_field_that_a_reader_does_not_know_does_not_disturb_it() -> None:
    assert parse(FairClosed.type_, {"fair": "silk", "since": "v9"}, FairClosed) == FairClosed(fair="silk")


def test_a_contract_says_who_owns_it_where_it_travels_and_what_is_personal() -> None:
    contract = contract_of("pavilion.catalog.exhibitor.state.v1")
    assert (contract.owner, contract.topic.name) == ("catalog", "pavilion.catalog.exhibitors.v1")
    assert (contract.key, contract.retention_ms, contract.personal_data) == ("exhibitor id", None, "email")
    with pytest.raises(KeyError):
        contract_of("pavilion.catalog.weather.v1")
