"""What the verbs of schemes share: locks, and what they refuse."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Invalid, WrongState
from ratings.models import Scheme, SchemeVersion
from ratings.terms.drafts import stamp, wrong_with


def check_terms(terms: Any, section: str = "") -> None:
    """Raises Invalid with everything that is wrong."""
    if wrong := wrong_with(terms, section):
        raise Invalid(fields={path: [words] for path, words in wrong.items()})


def check_seen(version: SchemeVersion, seen: str) -> None:
    """Raises Conflict where somebody saved after this draft was looked at."""
    if seen != stamp(version.terms):
        raise Conflict(
            _(
                "Somebody else has changed the draft in the meantime. What you typed is still here:"
                " look at the draft, then save again."
            )
        )


def locked(scheme: Scheme) -> Scheme:
    """The scheme, so that two verbs about it do not cross."""
    rows = Scheme.objects.select_for_update(of=("self",)).select_related("place")
    return rows.get(pk=scheme.pk)


def draft_of(scheme: Scheme) -> SchemeVersion:
    """Its draft, locked. Raises WrongState where there is none."""
    rows = SchemeVersion.objects.select_for_update(of=("self",)).filter(scheme=scheme)
    found = rows.filter(settled_at=None).first()
    if found is None:
        raise WrongState(_("There is no draft of this scheme: what is settled is never changed."))
    return found
