"""The outbox sweep."""

from accounts.heartbeats import sweep
from notifications import actions


@sweep
def deliver_pending() -> int:
    return actions.deliver_pending()
