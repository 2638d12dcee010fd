"""Rows found by what their place or body is called."""

from django.db.models import Q


def named(what: str, words: str) -> Q:
    """Whose name holds these words, whose initials begin so, or whose code it is.

    `what` is the column that leads to the place or body; without words every row is meant.
    """
    text = words.strip()
    if not text:
        return Q()
    begins = Q(**{f"{what}__initials__istartswith": text})
    return Q(**{f"{what}__name__icontains": text}) | begins | Q(**{f"{what}__code": text})
