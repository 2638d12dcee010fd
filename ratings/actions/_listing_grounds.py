"""The grounds on which the rules of a scheme propose, in words."""

from django.conf import settings
from django.utils.translation import gettext, override

from ratings.models import Period, Scorecard
from ratings.scoring import Ground


def grounds_of(period: Period, ground: Ground, card: Scorecard | None, documents: list[str]) -> str:
    """The grounds in the portal's own language: they are published and hashed."""
    terms = period.version.read
    rules, score = terms.lists, "" if card is None else terms.written(card.total)
    facts = {
        "period": period.name,
        "score": score,
        "red": f"{rules.red_from:f}",
        "black": f"{rules.black_under:f}",
        "under": f"{rules.bottom_under:f}",
        "periods": rules.bottom_periods,
        "documents": "、".join(documents),
    }
    with override(settings.LANGUAGE_CODE):
        if ground == Ground.VETO:
            return gettext("Veto item in effect: %(documents)s.") % facts
        if ground == Ground.HIGH:
            return gettext("%(period)s: score %(score)s, %(red)s or more, without a veto.") % facts
        if ground == Ground.LOW:
            return gettext("%(period)s: score %(score)s, under %(black)s.") % facts
        return (
            gettext("%(period)s: score %(score)s, among the last and under %(under)s for "
                    "%(periods)d periods in a row.") % facts
        )  # fmt: skip


def no_longer_named(period: Period, card: Scorecard) -> str:
    """Of a score that the rules do not name once it was corrected."""
    facts = {"period": period.name, "score": period.version.read.written(card.total) or "–"}
    with override(settings.LANGUAGE_CODE):
        said = gettext(
            "%(period)s: score %(score)s after a correction; the rules no longer name it."
        )
        return said % facts
