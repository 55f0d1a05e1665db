"""The portal over HTTP: sessions, the embedded issuer, the way to the services, and the page."""

from services.portal.app.issuer import add_issuer, add_keys
from services.portal.app.rest import add_page, add_proxy
from services.portal.app.schemas import add_schemas
from services.portal.app.sessions import add_sessions

__all__ = ["add_issuer", "add_keys", "add_page", "add_proxy", "add_schemas", "add_sessions"]
