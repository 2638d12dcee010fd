"""Orders for lists, and which of them a list shows."""

import re
from typing import Any

from accounts.models import User
from complaints.models import Complaint
from tests.complaints import walks
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]


def shown(response: Any) -> list[str]:
    """The references of the rows, in order."""
    return re.findall(r'<span class="reference">([^<]+)</span>', response.content.decode())


def some(
    county: County, people: People, clock: Pretended, count: int, **kw: Any
) -> list[Complaint]:
    """Orders reported a minute apart, the oldest first."""
    found = []
    for _number in range(count):
        found.append(walks.report(county, people, **kw))
        clock.forward(minutes=1)
    return found
