"""What a change of rules would write, and what it would mean: the same for preview and verb."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from common import workdays
from communities.scope import calendar_for, day_of
from complaints import clock
from complaints.models import Rule
from complaints.models.presets import Preset
from complaints.queries.rulebook import FIGURES, Hours, Rulebook, Slot

FRIDAY = 4
FRIDAY_EVENING, BEFORE_HOLIDAY = time(19), time(16)
ONE_DAY = timedelta(days=1)
FURTHEST_HOLIDAY = 400  # days; there is one in any year


# --- What would be written ---------------------------------------------------------------


def hours_drafts(book: Rulebook, hours: Hours) -> list[Rule]:
    """New versions of every rule that is not urgent, with these hours; those that have them stay.

    Nights go to rules in seconds, the close of business to rules in days. Own versions that begin
    to hold later get them too: else the setting would end when the first of them begins.
    """
    found: list[Rule] = []
    for slot in [slot for slot in book.slots() if slot.takes_hours]:
        now_held = book.standing(slot)
        held = [] if now_held is None else [(now_held, book.at)]
        held += [(r, r.valid_from) for r in book.scheduled(slot) if not r.withdrawn]
        for rule, at in held:
            wanted = hours.of_unit(rule.unit)
            if all(getattr(rule, name) == value for name, value in wanted.items()):
                continue
            draft = book.draft(slot, like=rule, valid_from=at, **wanted)
            book = book.with_these([draft])
            found.append(draft)
    return found


def preset_drafts(book: Rulebook, preset: Preset) -> list[Rule]:
    """The preset's rules as this place's own, with the hours that stand here."""
    drafts = []
    for row in preset.rules:
        slot = Slot(row.stage, row.urgency)
        draft = book.draft(
            slot,
            amount=row.amount,
            unit=row.unit,
            span_amount=row.span_amount,
            span_unit=row.span_unit,
            preset=preset.code,
            source=row.source_zh or preset.source_zh,
            **book.hours_for(slot, row.unit).of_unit(row.unit),
        )
        if not same_figures(book.own(slot), draft):
            drafts.append(draft)
    return drafts


def withdrawal_drafts(book: Rulebook, slots: Iterable[Slot]) -> list[Rule]:
    """Versions that end this place's own rules, those that would begin later among them."""
    found: list[Rule] = []
    for slot in slots:
        own = book.own(slot)
        held = [] if own is None else [(own, book.at)]
        held += [(r, r.valid_from) for r in book.scheduled(slot) if not r.withdrawn]
        for rule, at in held:
            draft = book.draft(slot, like=rule, valid_from=at, withdrawn=True)
            book = book.with_these([draft])
            found.append(draft)
    return found


def same_figures(one: Rule | None, other: Rule) -> bool:
    """Whether both versions say the same."""
    return one is not None and all(getattr(one, f) == getattr(other, f) for f in FIGURES)


# --- What it would mean ------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """When an example begins: `now`, `begins` (the change does), `friday` or `holiday` (`name`)."""

    kind: str
    at: datetime
    name: str = ""


@dataclass(frozen=True)
class Example:
    """A stage that begins at a moment: when it would be due as things are, and with the change."""

    moment: Moment
    before: workdays.Reckoning
    after: workdays.Reckoning

    @property
    def moves(self) -> bool:
        return self.before.due_at != self.after.due_at


@dataclass(frozen=True)
class Change:
    """A line of the rules that would change: what governs it before and after, and since when."""

    slot: Slot
    valid_from: datetime
    before: Rule
    after: Rule
    examples: list[Example]


def changes(book: Rulebook, drafts: Sequence[Rule]) -> list[Change]:
    """Each line that these versions touch, in the order of the page, reckoned by the clock."""
    if not drafts:
        return []
    after = book.with_these(drafts)
    begins = min(draft.valid_from for draft in drafts)
    calendar = calendar_for(range(day_of(begins).year, day_of(begins).year + 2))
    found = []
    for slot in after.slots():
        mine = [draft for draft in drafts if slot.holds(draft)]
        if not mine:
            continue
        at = min(draft.valid_from for draft in mine)
        moments = list(example_moments(at, calendar, later=at > book.at))
        found.append(
            Change(
                slot,
                at,
                book.governing(slot, at),
                after.governing(slot, at),
                [_example(book, after, slot, moment, calendar) for moment in moments],
            )
        )
    return found


def example_moments(
    at: datetime, calendar: workdays.Calendar, *, later: bool = False
) -> Iterator[Moment]:
    """That moment; the Friday evening that follows; the afternoon before the next holiday."""
    yield Moment("begins" if later else "now", at)
    day = day_of(at)
    while (friday := _clock(day, FRIDAY_EVENING)) <= at or day.weekday() != FRIDAY:
        day += ONE_DAY
    yield Moment("friday", friday)
    last_worked = None
    for ahead in range(FURTHEST_HOLIDAY):
        on = calendar.day(day_of(at) + ahead * ONE_DAY)
        if on.working and _clock(on.on, BEFORE_HOLIDAY) > at:
            last_worked = on.on
        elif on.kind == "holiday" and last_worked is not None:
            yield Moment("holiday", _clock(last_worked, BEFORE_HOLIDAY), on.name)
            return


def _example(
    book: Rulebook, after: Rulebook, slot: Slot, moment: Moment, calendar: workdays.Calendar
) -> Example:
    course = clock.Course(urgent=slot.urgent)
    return Example(
        moment,
        *(
            clock.due(b.governing(slot, moment.at), moment.at, calendar, course)
            for b in (book, after)
        ),
    )


def _clock(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, workdays.SHANGHAI).astimezone(UTC)
