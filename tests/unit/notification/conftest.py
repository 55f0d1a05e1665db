from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.runtime.auth import Issuer
from tests.unit.notification.builders import Rig, rig

MakeRig = Callable[..., Rig]


@pytest.fixture
def make_rig(tmp_path: Path) -> MakeRig:
    """Makes notification services that share an issuer."""
    key = Ed25519PrivateKey.generate()
    keys = tmp_path / "jwks.json"
    keys.write_bytes(orjson.dumps(Issuer(key).jwks()))

    def make(*parts: Any, **changes: Any) -> Rig:
        return rig(*parts, key=key, jwks=str(keys), **changes)

    return make


@pytest.fixture
def service(make_rig: MakeRig) -> Rig:
    """Notification on a store in memory."""
    return make_rig()
