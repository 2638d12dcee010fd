"""That a refusal leaves the ledger of credit as it was."""

import pytest

from accounts.models import User
from notifications.models import Notification
from ratings.models import CreditRecord, CreditStep, Publication
from tests.ratings.ledger import take


def everything() -> tuple[int, ...]:
    kinds = (CreditRecord, CreditStep, Notification, Publication)
    return tuple(kind.objects.count() for kind in kinds)


def refused(found: CreditRecord, verb: str, by: User, why: type[Exception], **more: str) -> None:
    """Refused, and nothing has changed."""
    before = everything()
    with pytest.raises(why):
        take(found, verb, by, **more)
    assert everything() == before
