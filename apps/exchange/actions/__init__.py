"""All that the exchange with national systems writes."""

from apps.exchange.actions.calls import once

__all__ = ["once"]
