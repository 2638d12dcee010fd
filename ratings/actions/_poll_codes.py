"""One-time codes of a poll: made, kept as a keyed digest alone, looked up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from common.codes import new_code
from ratings.models import PollCode


@dataclass(frozen=True)
class Slip:
    """A code with its slip, told this once."""

    of: PollCode
    code: str


def issue(rows: Iterable[PollCode]) -> list[Slip]:
    """Give each of these rows a fresh code; the one before is dead. The rows are not saved."""
    slips = []
    for row in rows:
        code = new_code()
        row.digest, row.issued = _keyed(code, settings.SECRET_KEY), row.issued + 1
        slips.append(Slip(row, code))
    return slips


def digests(code: str) -> Sequence[str]:
    """As which a code may be kept: by the portal's key, and by those it had before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_keyed(code, key) for key in keys]


def _keyed(code: str, key: str) -> str:
    return salted_hmac("code of a poll", code, secret=key, algorithm="sha256").hexdigest()
