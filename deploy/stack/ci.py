"""Whether this runs where nothing that is missing may be passed over."""

from __future__ import annotations

import os
from collections.abc import Mapping

_NO = frozenset({"", "0", "false", "no", "off"})


def in_ci(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether CI is set to anything but a no: systems that run checks set it to `true`, `1`, or their name."""
    return environment.get("CI", "").strip().lower() not in _NO
