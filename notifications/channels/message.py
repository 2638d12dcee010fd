"""What a channel is given, and the two ways it can fail."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """One message to one address. It holds no name, no number but the address, no free text."""

    address: str
    # The same whenever this notice is sent again by this way: a provider can tell a repeat.
    key: str
    # One line of plain text in the reader's language, with the reference in it.
    text: str
    at: datetime
    # What the matter is, and where to read on; the page asks who is there.
    about: str = ""
    reference: str = ""
    link: str = ""
    # What a chat group's robot signs with.
    secret: str = ""


class NotSent(Exception):
    """The provider did not take it. `code` is short and holds nothing of the message."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Transient(NotSent):
    """It may work later: the provider is down, slow, busy or set up wrongly on our side."""


class Permanent(NotSent):
    """It will never work as it is: the address is wrong, or its owner wants nothing."""
