"""What the terms of a scheme say, in plain words: chapters of lines, for its page and the public.

The lines of two versions with the same key say the same thing, so that what differs between them
is found line by line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import EstateKind
from ratings.scoring import Rule
from ratings.terms import (
    FEE_FIGURES,
    FIGURES,
    ITEM_FIGURES,
    Part,
    SheetItem,
    Source,
    Terms,
    decimal,
)


@dataclass(frozen=True)
class Line:
    """One thing that is said: what about, and what. `group` heads lines that stand together."""

    key: str
    label: str
    value: str
    group: str = ""
    # How it is looked at, in the scheme's own words.
    more: str = ""


@dataclass(frozen=True)
class Chapter:
    key: str
    title: str
    lines: tuple[Line, ...]
    # Said above the lines.
    text: str = ""


def number(value: Fraction | Decimal) -> str:
    """Without zeros that say nothing: 0.50 is 0.5, 100.00 is 100."""
    found = decimal(value) if isinstance(value, Fraction) else value
    return f"{found:f}".rstrip("0").rstrip(".") if "." in f"{found:f}" else f"{found:f}"


def percent(share: Fraction) -> str:
    return f"{number(share * 100)} %"


def chapters(terms: Terms) -> list[Chapter]:
    """Everything the terms say, in the order in which it is best read."""
    return [
        Chapter("timetable", _("Who is assessed, and when"), tuple(_timetable(terms))),
        Chapter("parts", _("Parts of the score"), tuple(_parts(terms)), _reweighting(terms)),
        *(_of_part(part) for part in terms.parts),
        Chapter("bands", _("Bands"), tuple(_bands(terms)), "" if terms.bands else _("None.")),
        Chapter("vetoes", _("Veto items"), tuple(_vetoes(terms)), _overrides(terms)),
        Chapter("lists", _("Red and black list"), tuple(_lists(terms))),
        Chapter("steps", _("The way to a list"), tuple(_steps(terms))),
    ]


def _timetable(terms: Terms) -> Iterator[Line]:
    kinds = [str(EstateKind(kind).label) if kind in EstateKind.values else kind
             for kind in terms.estate_kinds]  # fmt: skip
    yield Line("subject", _("Who is assessed"), str(terms.subject.label))
    yield Line("kinds", _("Estates"), _(", ").join(kinds) or _("all kinds"))
    yield Line("cycle", _("How often"), str(terms.cycle.label))
    yield Line("assess", _("Assessed until"), _after_the_end(terms.days_to_assess))
    yield Line("rectify", _("Deductions are put right within"), working_days(terms.rectify_days))
    yield Line("places", _("Rounded once, at the end, half up, to"), _decimals(terms.places))
    firms = ngettext("%(n)d score at least", "%(n)d scores at least", terms.ranked_from)
    yield Line("ranked", _("A table ranks"), firms % {"n": terms.ranked_from})


def _after_the_end(days: int) -> str:
    words = ngettext(
        "%(n)d working day after the period has ended",
        "%(n)d working days after the period has ended",
        days,
    )
    return words % {"n": days}


def _decimals(places: int) -> str:
    return ngettext("%(n)d decimal", "%(n)d decimals", places) % {"n": places}


def working_days(days: int) -> str:
    return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}


def _months(months: int) -> str:
    return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


def _reweighting(terms: Terms) -> str:
    if terms.reweight:
        return _("A part without enough data is blank and gives its weight to the others.")
    return _("A part without enough data is blank, and so is the whole score: nothing is guessed.")


def _parts(terms: Terms) -> Iterator[Line]:
    for part in terms.parts:
        source = str(part.judge.label) if part.judge else str(part.source.label)
        said = _("%(weight)s – %(source)s") % {"weight": percent(part.weight), "source": source}
        yield Line(f"weight.{part.key}", str(part.name), said)


def _of_part(part: Part) -> Chapter:
    key = f"part.{part.key}"
    if part.source == Source.POLL:
        return Chapter(key, str(part.name), tuple(_poll(part, key)))
    if part.source in (Source.SHEET, Source.VERDICT):
        points = number(sum((d.points for d in part.dimensions), Fraction()))
        said = _("%(n)s points can be had; the part is the share that was got, out of 100.")
        return Chapter(key, str(part.name), tuple(_items(part, key)), said % {"n": points})
    said = _("Each figure is a share from 0 to 100, one hundred being best.")
    return Chapter(key, str(part.name), tuple(_figures(part, key)), said)


def _poll(part: Part, key: str) -> Iterator[Line]:
    yield Line(f"{key}.sample", _("Dwellings drawn by lot"), str(part.sample))
    yield Line(f"{key}.valid", _("Answers needed"), str(part.valid))
    words = _("Each answer is a whole number from 0 to 100; the part is their mean.")
    yield Line(f"{key}.mean", _("How it is counted"), words)


def _items(part: Part, key: str) -> Iterator[Line]:
    for dimension in part.dimensions:
        facts = {"name": dimension.name, "n": number(dimension.points)}
        group = _("%(name)s, %(n)s points") % facts
        for item in dimension.items:
            yield Line(f"{key}.{item.code}", str(item.name), item_words(item), group, item.text)


def item_words(item: SheetItem) -> str:
    """How many points, and how they are lost."""
    said = [_("%(n)s points") % {"n": number(item.points)}, rule_words(item)]
    return _("; ").join(word for word in said if word)


def rule_words(item: SheetItem) -> str:
    """The rule of an item, as the arithmetic counts it."""
    if item.rule == Rule.PER_FINDING:
        return _("%(n)s off for each finding") % {"n": number(item.step)}
    if item.rule == Rule.ALL_OR_NOTHING:
        return _("none with any finding")
    if item.rule == Rule.LEVELS:
        named = zip(item.level_names, item.levels, strict=True)
        return _(", ").join(f"{name or '–'} {number(points)}" for name, points in named)
    if item.rule == Rule.GIVEN:
        return _("as given, with the reason")
    said = _("times the share")
    if item.figure:
        said = _("times the share the portal counts: %(name)s") % {
            "name": ITEM_FIGURES[item.figure]
        }
    if item.floor:
        said += _("; none under %(share)s") % {"share": percent(item.floor)}
    return said


def figure_name(name: str) -> str:
    return str(FIGURES[name][0] if name in FIGURES else FEE_FIGURES[name])


def _figures(part: Part, key: str) -> Iterator[Line]:
    for name, weight in part.weights.items():
        fewer = name in FIGURES and FIGURES[name][1]
        said = percent(weight) + (_(" – the fewer the better") if fewer else "")
        yield Line(f"{key}.{name}", figure_name(name), said)
    yield Line(f"{key}.minimum", _("Each counted of at least"), str(part.minimum))


def _bands(terms: Terms) -> Iterator[Line]:
    for band in terms.bands:
        label = _("From %(n)s") % {"n": number(band.at_least)}
        said = terms.band_words(band.name)
        if band.asks:
            said = _("%(name)s: %(said)s") % {"name": said, "said": band.asks}
        yield Line(f"band.{number(band.at_least)}", label, said)


def _vetoes(terms: Terms) -> Iterator[Line]:
    for veto in terms.vetoes:
        yield Line(f"veto.{veto.code}", str(veto.name), _("with a document in effect"))


def _overrides(terms: Terms) -> str:
    if not terms.vetoes:
        return _("None.")
    return _(
        "Each overrides the score while a document is in effect: a penalty, a judgment, an"
        " audit or a disciplinary finding."
    )


def _lists(terms: Terms) -> Iterator[Line]:
    rules = terms.lists
    red = _("from %(n)s without a veto, the best %(share)s at most")
    yield Line(
        "red",
        _("Proposed for the red list"),
        red % {"n": number(rules.red_from), "share": percent(rules.red_share)},
    )
    black = _("under %(n)s, or with a veto, at most %(share)s")
    yield Line(
        "black",
        _("Proposed for the black list"),
        black % {"n": number(rules.black_under), "share": percent(rules.black_share)},
    )
    if rules.bottom_share:
        said = ngettext(
            "%(n)d period among the last %(share)s and under %(under)s",
            "%(n)d periods in a row among the last %(share)s and under %(under)s",
            rules.bottom_periods,
        )
        facts = {
            "n": rules.bottom_periods,
            "share": percent(rules.bottom_share),
            "under": number(rules.bottom_under),
        }
        yield Line("bottom", _("Proposed for the black list, too"), said % facts)


def _steps(terms: Terms) -> Iterator[Line]:
    steps = terms.steps
    for key, label, value in _asked(
        ("joint_check", _("Joint check by departments"), steps.joint_check),
        ("interview", _("Interview and rectification notice"), steps.interview),
        ("legal_review", _("Legal review"), steps.legal_review),
    ):
        yield Line(key, label, value)
    yield Line("statement", _("Statement and defence"), working_days(steps.statement_days))
    yield Line("decision", _("Decided within"), working_days(steps.decision_days))
    yield Line("notice", _("Public notice"), working_days(steps.notice_days))
    yield Line("red_months", _("On the red list for"), _months(steps.red_months))
    yield Line("black_months", _("On the black list for"), _months(steps.black_months))
    yield Line("repair", _("Repaired after at the earliest"), _months(steps.repair_months))


def _asked(*rows: tuple[str, str, bool]) -> Iterable[tuple[str, str, str]]:
    for key, label, wanted in rows:
        yield key, label, _("yes") if wanted else _("no")


@dataclass(frozen=True)
class Difference:
    """A line that one version has and another has not, or says otherwise."""

    chapter: str
    label: str
    before: str
    after: str


def differences(before: Terms, after: Terms) -> list[Difference]:
    """What differs, in the order of the later one; what is gone stands where it stood."""
    was = {line.key: (chapter, line) for chapter in chapters(before) for line in chapter.lines}
    now = {line.key: (chapter, line) for chapter in chapters(after) for line in chapter.lines}
    found = []
    for key in [*now, *(key for key in was if key not in now)]:
        old, new = was.get(key), now.get(key)
        chapter, line = new or old or (None, None)
        if chapter is None or line is None:
            continue
        said = (_said(old, new), _said(new, old))
        if said[0] != said[1]:
            found.append(Difference(chapter.title, line.label, *said))
    if _reweighting(before) != _reweighting(after):
        parts = _("Parts of the score")
        blank = _("Where a part is blank")
        found.append(Difference(parts, blank, _reweighting(before), _reweighting(after)))
    return found


def _said(pair: tuple[Chapter, Line] | None, other: tuple[Chapter, Line] | None) -> str:
    """What a line says; with its name and where it stands if the other one calls it otherwise."""
    if pair is None:
        return ""
    line = pair[1]
    if other is not None and other[1].label != line.label:
        return _("%(name)s: %(said)s") % {"name": line.label, "said": line.value}
    if other is not None and other[1].group != line.group:
        return f"{line.value} ({line.group})"
    if other is not None and other[1].more != line.more:
        return f"{line.value} ({line.more or '–'})"
    return line.value
