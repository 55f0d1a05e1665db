"""Everything that crosses a service's border as an event: models, topics, envelopes, frozen schemas and examples."""

from shared.contracts.cloudevents import Envelope, Undecodable
from shared.contracts.registry import contract_of, parse

__all__ = ["Envelope", "Undecodable", "contract_of", "parse"]
