"""Talking to a running Pavilion over its public HTTP API, as whoever one has a token for."""

from deploy.client.access import Access
from deploy.client.api import Api, ApiRefused, ApiUnreachable, Http, stable_key

__all__ = ["Access", "Api", "ApiRefused", "ApiUnreachable", "Http", "stable_key"]
