"""Runs the catalog: `python -m services.catalog`."""

from services.catalog.bootstrap import build
from services.catalog.settings import CatalogSettings
from shared.runtime.service import run

if __name__ == "__main__":
    run(build, CatalogSettings)
