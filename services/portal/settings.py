"""What the portal is told from outside."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from shared.runtime.settings import ServiceSettings

_WEB = Path(__file__).parent / "web" / "dist"


class PortalSettings(ServiceSettings):
    """The portal's settings, each from `PAVILION_<FIELD>`."""

    service: str = "portal"
    mongo_database: str = "pavilion_portal"
    port: int = Field(default=8000, ge=0, le=65535)

    upstream_catalog: str = "http://127.0.0.1:8001"
    upstream_booking: str = "http://127.0.0.1:8002"
    upstream_notification: str = "http://127.0.0.1:8003"
    upstream_connections_max: int = Field(default=2_048, ge=1, description="open connections to each service")
    streams_max: int = Field(default=1_536, ge=1, description="live streams at once; fewer than connections to booking")
    streams_each_max: int = Field(default=64, ge=1, description="live streams of one account at once")
    stalled_seconds_max: float = Field(default=30.0, gt=0, description="until a caller who takes nothing is cut off")
    upstream_connect_seconds_max: float = Field(default=2.0, gt=0)
    upstream_answer_seconds_max: float = Field(default=20.0, gt=0, description="until a service's answer must begin")
    upstream_import_seconds_max: float = Field(
        default=65.0, gt=0, description="the same of the catalog's, which takes imports; no less than its own limit"
    )
    request_seconds_max: float = Field(default=75.0, gt=0)
    body_bytes_max: int = Field(default=33_554_432, ge=1, description="no smaller than any service's own limit")

    issuer_key: str = Field(default="", description="the embedded issuer's key file; empty: no signing in here")
    accounts: str = Field(default="", description="the accounts file; needed unless another provider signs people in")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="how others reach the portal; https:// marks cookies secure; empty: at the address it listens on",
    )
    bearer_seconds: int = Field(default=300, ge=60, description="how long a token made for a session holds")
    session_seconds: int = Field(default=12 * 3600, ge=60)

    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https://[^\s?#]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[^\s?#]*)?)?$",
        description="the OpenID provider that signs people in, as its tokens name it; empty: the embedded issuer",
    )
    oidc_client_id: str = Field(default="", description="what the portal is called there")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="empty: a public client, by PKCE alone")
    oidc_scopes: str = Field(default="openid profile", description="what is asked for, with spaces between")
    oidc_claim_account: str = "preferred_username"
    oidc_claim_display: str = "name"
    oidc_claim_role: str = "role"
    oidc_claim_exhibitor: str = "exhibitor"
    oidc_claim_organizer: str = "organizer"
    oidc_claim_language: str = "locale"
    oidc_roles: str = Field(
        default="", description="its words for our roles, as word=role with commas between; empty: our own words"
    )
    oidc_sign_out: bool = Field(default=True, description="whoever signs out here is led to the provider's sign-out")
    oidc_answer_seconds_max: float = Field(default=8.0, gt=0, description="until an answer of the provider is here")
    sign_in_seconds: int = Field(default=900, ge=60, description="how long somebody may take over signing in")

    sign_in_attempts_max: int = Field(default=5, ge=1, description="for one account from one address")
    sign_in_account_attempts_max: int = Field(default=100, ge=1, description="failed, for one account from anywhere")
    sign_in_address_attempts_max: int = Field(default=50, ge=1, description="failed, from one address")
    sign_in_window_seconds: int = Field(default=300, ge=1)

    web: Path = Field(default=_WEB, description="where the built page is")

    @property
    def https(self) -> bool:
        """Whether browsers come over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """The one address that browsers are sent to, without a slash at its end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound to
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @field_validator("oidc_scopes")
    @classmethod
    def _with_openid(cls, said: str) -> str:
        if "openid" not in said.split():
            raise ValueError("openid is among the scopes")
        return said
