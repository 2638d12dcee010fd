"""One type of refusal: a machine code, a sentence for people, and an HTTP status.

Verbs raise these; `common.http` turns them into a page or a JSON answer, once. What a person may
not even see is Django's `Http404`, not one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """Something the rules of the portal do not allow, with the reason to show."""

    http_status: ClassVar[int] = 400
    code: str = "refused"
    sentence: StrOrPromise = _("This could not be done.")

    def __init__(
        self,
        sentence: StrOrPromise | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[StrOrPromise]] | None = None,
    ) -> None:
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        self._fields = fields or {}
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Sentences by field, in the language active now."""
        return {name: [str(word) for word in words] for name, words in self._fields.items()}


class Invalid(DomainError):
    """What was handed in is not right; `fields` says where."""

    http_status = 400
    code = "invalid"
    sentence = _("Please check the answers you gave.")


class NotAllowed(DomainError):
    """The person may see this but may not do this."""

    http_status = 403
    code = "not_allowed"
    sentence = _("You are not allowed to do this.")


class Conflict(DomainError):
    """Somebody or something else was first."""

    http_status = 409
    code = "conflict"
    sentence = _("Somebody else has changed this in the meantime. Please look again.")


class WrongState(DomainError):
    """The verb exists and is this person's, but not now."""

    http_status = 409
    code = "wrong_state"
    sentence = _("This can no longer be done. Please look again at where it stands.")


class TooMany(DomainError):
    """A limit has been reached; waiting helps."""

    http_status = 429
    code = "too_many"
    sentence = _("That was too many in a short time. Please wait a little and try again.")


class Unreachable(DomainError):
    """Somebody outside whom this needs does not answer; trying again later helps."""

    http_status = 503
    code = "unreachable"
    sentence = _("The message could not be sent just now. Please try again in a few minutes.")


class TooLarge(DomainError):
    """More was sent than is taken in one piece."""

    http_status = 413
    code = "too_large"
    sentence = _("That was too much to send at once. Please send less, or smaller photos.")


def allowed(check: Callable[..., object], *words: object) -> bool:
    """Whether a check lets them: one that raises NotAllowed for whoever it is not for."""
    try:
        check(*words)
    except NotAllowed:
        return False
    return True
