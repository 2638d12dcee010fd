"""The document of a bulletin, made of facts once, in the portal's own language. Pure.

What comes out is plain data (see `ratings.bulletins.paper`): whoever issues it freezes every
sentence with it, so that no later change of words changes what was issued.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from common.workdays import SHANGHAI
from complaints.workflow import Stage
from ratings.bulletins.facts import Facts, Overdue, PutRight, Ranking, Tally, Units, total
from ratings.bulletins.paper import COUNT, RANK, RATE, SCORE, TEXT, day_said, percent

DAY = timedelta(days=1)
# So many overdue orders are named, the longest overdue first; all of them are counted.
NAMED = 100
Data = dict[str, Any]


def composed(facts: Facts) -> Data:
    """The whole document but for its heading, what the officer writes, and the signature."""
    with override(settings.LANGUAGE_CODE):
        return {
            "title": _("Bulletin on the handling of property complaints in %(place)s, %(period)s")
            % {"place": facts.place.name, "period": facts.period},
            "to": _addressed(facts.kind),
            "words": {"draft": _("(draft, no number yet)"), "copies": _("Copies to: ")},
            "place": {"code": facts.place.code, "name": facts.place.name},
            "period": {
                "name": facts.period,
                "from_on": facts.from_on.isoformat(),
                "until_on": facts.until_on.isoformat(),
            },
            "taken_at": facts.taken_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "sections": [
                _section(_("How orders were handled"), _orders(facts)),
                _section(_("Places of the firms in the assessment"), _rankings(facts)),
                _section(_("Orders overdue and not answered"), _overdue(facts)),
                _section(pgettext("bulletin", "Rectification"), _put_right(facts)),
                _section(_("How the figures are counted"), _how(facts)),
            ],
        }


def correction(number: int, reason: str) -> str:
    """What a later version says beneath its title."""
    with override(settings.LANGUAGE_CODE):
        facts = {"n": number, "reason": reason}
        return _("(version %(n)d, corrected: %(reason)s)") % facts if number > 1 else ""


def _section(heading: str, blocks: Iterable[Data]) -> Data:
    return {"heading": heading, "blocks": list(blocks)}


def _text(words: str) -> Data:
    return {"text": words}


def _table(
    caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], *,
    whole: bool = False,
) -> Data:  # fmt: skip
    return {
        "table": {
            "caption": caption,
            "columns": [{"name": name, "kind": kind} for name, kind in columns],
            "rows": [list(row) for row in rows],
            "total": whole,
        }
    }


def _addressed(kind: str) -> str:
    if kind == "district":
        return _("To all subdistricts, communities and property firms:")
    if kind == "subdistrict":
        return _("To all communities and property firms:")
    return _("To all property firms:")


# --- Orders ------------------------------------------------------------------------------


def _figures() -> list[tuple[str, str]]:
    return [
        (pgettext("orders", "Dispatched"), COUNT),
        (pgettext("orders", "Finished on time"), COUNT),
        (pgettext("orders", "Finished late"), COUNT),
        (pgettext("orders", "Unfinished"), COUNT),
        (pgettext("orders", "Of them overdue"), COUNT),
        (_("Closing rate"), RATE),
        (_("On-time rate"), RATE),
        (pgettext("orders", "Rated"), COUNT),
        (pgettext("orders", "Dissatisfied"), COUNT),
        (_("Dissatisfied rate"), RATE),
    ]


def _cells(tally: Tally) -> list[Any]:
    return [
        tally.dispatched,
        tally.on_time,
        tally.late,
        tally.unfinished,
        tally.overdue,
        [tally.finished, tally.dispatched],
        [tally.on_time, tally.judged],
        tally.rated,
        tally.dissatisfied,
        [tally.dissatisfied, tally.rated],
    ]


def _orders(facts: Facts) -> Iterable[Data]:
    yield _text(_whole(facts))
    for units in facts.units:
        heading, columns = _of(units.kind)
        yield {"heading": heading}
        yield _units(units, heading, columns)
    yield {"heading": pgettext("bulletin", "By property firm")}
    if facts.firms:
        yield _firms(facts)
    else:
        yield _text(_("No order of this quarter was dispatched to a property firm."))


def _whole(facts: Facts) -> str:
    tally = facts.whole
    words = _(
        "From %(first)s to %(last)s, %(dispatched)d orders were dispatched in %(place)s. "
        "%(finished)d of them are finished, %(on_time)d on time and %(late)d late; %(unfinished)d "
        "are not finished, %(overdue)d of them overdue. The closing rate is %(closing)s, the "
        "on-time rate %(punctual)s. Of %(rated)d orders rated, %(dissatisfied)d were rated "
        "dissatisfied: %(share)s."
    )
    return words % {
        "first": day_said(facts.from_on),
        "last": day_said(facts.until_on - DAY),
        "place": facts.place.name,
        "dispatched": tally.dispatched,
        "finished": tally.finished,
        "on_time": tally.on_time,
        "late": tally.late,
        "unfinished": tally.unfinished,
        "overdue": tally.overdue,
        "closing": percent((tally.finished, tally.dispatched)),
        "punctual": percent((tally.on_time, tally.judged)),
        "rated": tally.rated,
        "dissatisfied": tally.dissatisfied,
        "share": percent((tally.dissatisfied, tally.rated)),
    }


def _of(kind: str) -> tuple[str, list[tuple[str, str]]]:
    """The heading of a table of places, and its first columns."""
    community, subdistrict = _("Community"), _("Subdistrict")
    if kind == "subdistrict":
        return pgettext("bulletin", "By subdistrict"), [(subdistrict, TEXT)]
    if kind == "community":
        return pgettext("bulletin", "By community"), [(community, TEXT), (subdistrict, TEXT)]
    return pgettext("bulletin", "By estate"), [(_("Estate"), TEXT)]


def _units(units: Units, heading: str, columns: list[tuple[str, str]]) -> Data:
    named = len(columns) == 2
    rows = [
        [unit.name, *([unit.within] if named else []), *_cells(unit.tally)] for unit in units.rows
    ]
    whole = total(unit.tally for unit in units.rows)
    rows.append([_("Total"), *([""] if named else []), *_cells(whole)])
    return _table(heading, [*columns, *_figures()], rows, whole=True)


def _firms(facts: Facts) -> Data:
    rows = [[name, *_cells(tally)] for name, tally in facts.firms]
    if facts.others.dispatched:
        rows.append([_("Other handlers"), *_cells(facts.others)])
    columns = [(_("Property firm"), TEXT), *_figures()]
    return _table(pgettext("bulletin", "By property firm"), columns, rows)


# --- Places in the table -----------------------------------------------------------------


def _rankings(facts: Facts) -> Iterable[Data]:
    if not facts.rankings:
        yield _text(_("No scores of this quarter are published: nobody is ranked here."))
    for ranking in facts.rankings:
        yield {"heading": f"{ranking.scheme} · {ranking.period}"}
        yield _text(_scored(ranking))
        if ranking.rows:
            yield _ranking(ranking)


def _scored(ranking: Ranking) -> str:
    facts = {"firms": ranking.firms, "scored": ranking.scored, "least": ranking.ranked_from}
    if not ranking.enough:
        return (
            _("%(scored)d of %(firms)d firms have a score, under %(least)d: nobody is ranked.")
            % facts
        )
    return (
        _(
            "%(scored)d of %(firms)d firms have a score. Equal scores share a place; a firm with "
            "too little data is blank and not ranked."
        )
        % facts
    )


def _ranking(ranking: Ranking) -> Data:
    columns = [
        (pgettext("in a table", "Place"), RANK),
        (_("Property firm"), TEXT),
        (_("Score"), SCORE),
        (_("Band"), TEXT),
    ]
    rows = [[row.rank, row.name, row.score or None, row.band] for row in ranking.rows]
    return _table(f"{ranking.scheme} · {ranking.period}", columns, rows)


# --- What is late ------------------------------------------------------------------------


def _overdue(facts: Facts) -> Iterable[Data]:
    late = facts.whole.overdue
    if not late:
        yield _text(_("No order of this quarter is overdue and not answered."))
        return
    named = sorted(facts.overdue, key=lambda row: (row.due_at, row.reference))[:NAMED]
    words = ngettext(
        "%(n)d order of this quarter is overdue and not answered.",
        "%(n)d orders of this quarter are overdue and not answered.",
        late,
    ) % {"n": late}
    if len(named) < late:
        words += _("Named are %(n)d; confidential ones never are.") % {"n": len(named)}
    yield _text(words)
    if named:
        yield _named(named, facts)


def _named(rows: Sequence[Overdue], facts: Facts) -> Data:
    columns = [
        (pgettext("order", "Number"), TEXT),
        (_("Estate"), TEXT),
        (_("Category"), TEXT),
        (pgettext("order", "Held by"), TEXT),
        (_("Stage"), TEXT),
        (pgettext("order", "Due"), TEXT),
        (_("Days overdue"), COUNT),
    ]
    cells = [
        [
            row.reference,
            row.estate,
            row.category,
            row.holder,
            str(Stage(row.stage).label),
            f"{row.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            # A day that has begun counts.
            -(-(facts.taken_at - row.due_at) // DAY),
        ]
        for row in rows
    ]
    return _table(_("Orders overdue and not answered"), columns, cells)


def _put_right(facts: Facts) -> Iterable[Data]:
    rows = facts.put_right
    if not rows:
        yield _text(_("Nothing of this quarter's assessments was asked to be put right."))
        return
    sums: Callable[[str], int] = lambda name: sum(getattr(row, name) for row in rows)  # noqa: E731
    yield _text(
        _(
            "%(asked)d deductions of this quarter's assessments were asked to be put right: "
            "%(closed)d are, %(overdue)d are overdue."
        )
        % {name: sums(name) for name in ("asked", "closed", "overdue")}
    )
    columns = [
        (_("Property firm"), TEXT),
        (pgettext("rectification", "Asked for"), COUNT),
        (_("Put right"), COUNT),
        (_("To be looked at again"), COUNT),
        (_("To be put right"), COUNT),
        (pgettext("orders", "Of them overdue"), COUNT),
        (pgettext("rectification", "Share put right"), RATE),
    ]
    yield _table(
        pgettext("bulletin", "Rectification"), columns, [_firm_put_right(row) for row in rows]
    )


def _firm_put_right(row: PutRight) -> list[Any]:
    share = [row.closed, row.asked]
    return [row.name, row.asked, row.closed, row.reported, row.open, row.overdue, share]


def _how(facts: Facts) -> Iterable[Data]:
    at = facts.taken_at.astimezone(SHANGHAI)
    yield _text(
        _("The figures are as of %(day)s, %(time)s.")
        % {"day": day_said(at.date()), "time": f"{at:%H:%M}"}
    )
    yield _text(
        _(
            "Counted are orders first dispatched in the quarter, but those withdrawn, merged or "
            "not accepted. Finished: the result was answered to the reporter. On time: finished "
            "with every promise kept; late: with one broken. Closing rate: finished ÷ dispatched. "
            "On-time rate: finished on time ÷ (finished + overdue). Dissatisfied rate: orders "
            "whose last rating is dissatisfied or very dissatisfied ÷ orders rated. Of nothing "
            "there is no rate (—)."
        )
    )
    yield _text(
        _(
            "By place every stage of an order counts; of a firm only the handling it held itself: "
            "a late stage counts against whoever held it, and nobody else."
        )
    )
