"""Why a sign-in came to nothing; the page has a sentence for each, in every language."""

from __future__ import annotations

from enum import StrEnum


class SignInRefusal(StrEnum):
    """What went wrong between the page and the provider. The names are in addresses, and never change."""

    DENIED = "sign-in-denied"
    """The person, or the provider for them, said no."""
    REFUSED = "sign-in-refused"
    """The provider answered with another error."""
    FOREIGN = "sign-in-foreign"
    """The answer belongs to no sign-in that this browser began."""
    EXPIRED = "sign-in-expired"
    """It was begun too long ago."""
    USED = "sign-in-used"
    """It was finished before, or its code was used."""
    MALFORMED = "sign-in-malformed"
    """The address that led to the sign-in page was not made by the portal."""
    UNAVAILABLE = "provider-unavailable"
    """The provider does not answer."""
    UNTRUSTED = "provider-untrusted"
    """What the provider says of the person cannot be trusted."""
    MISCONFIGURED = "provider-misconfigured"
    """Portal and provider do not agree on who they are."""
    BUSY = "unavailable"
    """The portal itself can write nothing for the moment."""
    NO_ROLE = "no-role"
    SEVERAL_ROLES = "several-roles"
    NO_TENANT = "no-tenant"
    TOO_MANY = "too-many-attempts"
    """Too many sign-ins that came to nothing, from one address."""


class SignInRefused(Exception):
    """A sign-in that came to nothing. `return_path` is where it would have led; `detail` is for the log."""

    def __init__(
        self, refusal: SignInRefusal, detail: str = "", *, return_path: str = "/", wait_seconds: int | None = None
    ) -> None:
        super().__init__(f"{refusal}: {detail}" if detail else str(refusal))
        self.refusal = refusal
        self.detail = detail
        self.return_path = return_path
        self.wait_seconds = wait_seconds
