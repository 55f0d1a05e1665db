"""Where the project and its downloaded tools are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("PAVILION_TOOLS", ROOT / ".tools"))
