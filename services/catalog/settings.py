"""What the catalog is told from outside, beyond what every service needs."""

from __future__ import annotations

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    """Each field is read from `PAVILION_<FIELD>`."""

    service: str = "catalog"
    mongo_database: str = "pavilion_catalog"
    request_seconds_max: float = Field(
        default=60.0, gt=0, description="an import of thousands of booths takes its time"
    )
    body_bytes_max: int = Field(default=8 * 1_048_576, ge=1, description="floor plans and tables are large bodies")
