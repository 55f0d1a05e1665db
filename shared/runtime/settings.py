"""What a service is told from outside: environment variables, typed, with units in their names."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

S = TypeVar("S", bound="ServiceSettings")
PREFIX = "PAVILION_"


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message is one sentence for a person."""


class ServiceSettings(BaseSettings):
    """What every service needs. Each field is read from `PAVILION_<FIELD>`; a service adds its own in a subclass."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    service: str = Field(default="", description="the service's name in logs, metrics and traces")
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535, description="0 takes a free one")

    mongo_url: str = "mongodb://127.0.0.1:27017/?replicaSet=rs0"
    mongo_database: str = "pavilion"
    mongo_pool_max: int = Field(default=32, ge=1)

    broker: Literal["kafka", "memory"] = "kafka"
    kafka_bootstrap: str = "127.0.0.1:9092"

    jwks: str = Field(default="", description="where the issuer's public keys are: a file's path or an http(s) URL")
    issuer: str = "pavilion-embedded"
    audience: str = "pavilion"
    token_cache_max: int = Field(default=20_000, ge=0, description="verified tokens remembered")
    jwks_refresh_min_seconds: float = Field(default=10.0, gt=0, description="key set is not fetched more often")

    body_bytes_max: int = Field(default=1_048_576, ge=1, description="larger request bodies are refused with 413")
    connections_max: int = Field(default=10_000, ge=1, description="more connections than these are answered with 503")
    trusted_proxies: str = Field(
        default="",
        description="addresses or networks, with commas between, whose X-Forwarded-For says who asks; empty: nobody's",
    )
    request_seconds_max: float = Field(default=15.0, gt=0, description="until an answer must have begun, else 504")
    drain_seconds_max: float = Field(default=15.0, gt=0, description="how long a stopping service finishes requests")

    batch_commands_max: int = Field(default=256, ge=1, description="commands decided in one transaction")
    batches_in_flight_max: int = Field(default=2, ge=1, description="transactions written at the same time")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    access_log: bool = True
    otlp_endpoint: str = Field(default="", description="OTLP/HTTP base URL; empty exports no traces")
    trace_sample_ratio: float = Field(default=1.0, ge=0, le=1, description="share of new traces that are exported")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, said: str) -> str:
        for one in filter(None, map(str.strip, said.split(","))):
            try:
                ip_network(one)
            except ValueError:
                raise ValueError("it lists addresses or networks, as in 10.0.0.0/8") from None
        return said


def load_settings(kind: type[S]) -> S:
    """Read `kind` from the environment; raises SettingsError naming each variable that is wrong, and how."""
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(dict(entry)) for entry in error.errors()) + ".") from None


def _sentence(entry: dict[str, object]) -> str:
    location = entry["loc"]
    name = PREFIX + ".".join(str(part) for part in location).upper() if isinstance(location, tuple) else PREFIX
    if entry["type"] == "missing":
        return f"{name} is not set, and the service cannot run without it"
    message = str(entry["msg"])
    # What was given is not repeated: it may be a URL with a password.
    return f"{name} cannot be used: {message[:1].lower()}{message[1:]}"
