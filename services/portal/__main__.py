"""Runs the portal: `python -m services.portal`."""

from services.portal.bootstrap import build
from services.portal.settings import PortalSettings
from shared.runtime.service import run

if __name__ == "__main__":
    run(build, PortalSettings)
