"""Who asks, and what they may do."""

from shared.runtime.auth.issuer import Issuer
from shared.runtime.auth.policy import Action, TenantScope, authorize, require_role, scope_for
from shared.runtime.auth.principal import Principal, Role
from shared.runtime.auth.verifier import TokenVerifier

__all__ = [
    "Action",
    "Issuer",
    "Principal",
    "Role",
    "TenantScope",
    "TokenVerifier",
    "authorize",
    "require_role",
    "scope_for",
]
