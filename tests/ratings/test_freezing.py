"""Scores are frozen once, each with all it was made of, and made again to the last digit."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.models import Place
from ratings import cards
from ratings.actions import freezing
from ratings.models import AssessmentState, Period, PeriodState, SchemeVersion, Scorecard
from ratings.queries import recompute
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import settled, town

pytestmark = pytest.mark.django_db

AFTER = at("2026-04-27 09:00")


@pytest.fixture
def period(county: County, people: dict[str, User], clock: Pretended) -> Period:
    """The first quarter, all sheets settled for the county's estate, none for the other one."""
    town.second_estate(county)
    found = town.period(county)
    settled.everything(found, county.estate, county.firm, people["subdistrict"])
    clock.put(AFTER)
    return found


@pytest.fixture
def frozen(period: Period, people: dict[str, User]) -> Period:
    freezing.ask_to_freeze(period, by=people["district"])
    freezing.freeze_periods()
    period.refresh_from_db()
    return period


def _card(period: Period, estate: Place | None, county: County) -> Scorecard:
    return Scorecard.objects.current().get(period=period, body=county.firm, estate=estate)


# --- Freezing ----------------------------------------------------------------------------


def test_a_card_holds_what_it_was_made_of_and_how(frozen: Period, county: County) -> None:
    card = _card(frozen, county.estate, county)
    # 40 % of 19 points of 23, 60 % of 90: 33.0434… + 54.
    assert card.total == Decimal("87.04")
    assert card.band == "自行整改"
    assert card.working["exact"] == "2002/23"
    parts = {part["key"]: part for part in card.working["parts"]}
    assert (parts["inspection"]["got"], parts["inspection"]["possible"]) == ("19", "23")
    daily = next(e for e in card.inputs["parts"]["inspection"]["entries"] if e["item"] == "D1-4")
    assert daily["value"] == "2"
    assert len(daily["from"]) == 2


def test_an_estate_nobody_assessed_is_blank_and_weighs_nothing(
    frozen: Period, county: County
) -> None:
    other = Scorecard.objects.get(period=frozen, body=county.firm, estate__name="海棠苑")
    assert other.total is None
    assert {part["blank"] for part in other.working["parts"]} == {"nothing"}
    whole = _card(frozen, None, county)
    assert whole.total == Decimal("87.04")
    assert (whole.working["estates"], whole.working["blank"]) == (2, 1)


def test_frozen_is_who_asked_and_when(frozen: Period, people: dict[str, User]) -> None:
    assert (frozen.state, frozen.frozen_by) == (PeriodState.FROZEN, people["district"])
    assert frozen.frozen_at == AFTER


@pytest.mark.parametrize(
    "name", ["subdistrict", "dispatcher", "manager", "far_district", "auditor"]
)
def test_only_officers_of_the_district_freeze(
    name: str, period: Period, people: dict[str, User]
) -> None:
    with pytest.raises(NotAllowed):
        freezing.ask_to_freeze(period, by=people[name])
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_nothing_is_frozen_while_sheets_are_still_taken(
    period: Period, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(at("2026-04-24 23:59"))
    with pytest.raises(WrongState):
        freezing.ask_to_freeze(period, by=people["district"])
    assert not Scorecard.objects.exists()


def test_a_frozen_period_is_not_frozen_again(frozen: Period, people: dict[str, User]) -> None:
    cards = Scorecard.objects.count()
    with pytest.raises(WrongState):
        freezing.ask_to_freeze(frozen, by=people["district"])
    assert freezing.freeze_periods() == 0
    assert freezing.freeze_batch(frozen.pk) == (0, False)
    assert Scorecard.objects.count() == cards


def test_a_sweep_killed_in_its_middle_goes_on_where_it_stopped(
    period: Period, people: dict[str, User], county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "BATCH", 1)
    freezing.ask_to_freeze(period, by=people["district"])
    first = freezing.freeze_batch(period.pk)
    assert first[1]
    period.refresh_from_db()
    assert period.state == PeriodState.FREEZING
    half = Scorecard.objects.count()
    made = freezing.freeze_periods()
    period.refresh_from_db()
    assert period.state == PeriodState.FROZEN
    assert Scorecard.objects.count() == half + made
    firms = Scorecard.objects.filter(period=period, estate=None).values_list("body", flat=True)
    assert len(firms) == len(set(firms)) == 2


def test_what_was_replaced_does_not_count(
    period: Period, people: dict[str, User], county: County
) -> None:
    old = period.assessments.get(part="town")
    old.state = AssessmentState.REPLACED
    old.save(update_fields=["state"])
    freezing.ask_to_freeze(period, by=people["district"])
    freezing.freeze_periods()
    card = _card(period, county.estate, county)
    assert card.total is None
    town_part = next(part for part in card.working["parts"] if part["key"] == "town")
    assert town_part["blank"] == "nothing"


def test_queries_do_not_grow_with_the_firms(
    period: Period, people: dict[str, User], county: County
) -> None:
    freezing.ask_to_freeze(period, by=people["district"])
    with (
        CaptureQueriesContext(
            connection,
        ) as asked,
        transaction.atomic(),
    ):
        freezing.freeze_batch(period.pk)
    assert len(asked) <= 20


# --- What is frozen stays ----------------------------------------------------------------


def test_the_application_changes_no_card(frozen: Period, county: County) -> None:
    card = _card(frozen, county.estate, county)
    card.total = Decimal(99)
    for change in (card.save, card.delete, Scorecard.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        Scorecard.objects.update(total=99)


@pytest.mark.race
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ratings_scorecard SET total = 99",
        "DELETE FROM ratings_scorecard",
        "UPDATE ratings_schemeversion SET note = 'another'",
        "DELETE FROM ratings_schemeversion",
    ],
)
def test_postgresql_itself_changes_nothing(frozen: Period, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never edited or deleted"), transaction.atomic():
        _ask(statement)


@pytest.mark.race
@pytest.mark.parametrize(
    "change",
    [
        "version_id = (SELECT max(id) FROM ratings_schemeversion)",
        "from_on = from_on - 1",
        "until_on = until_on + 1",
        "state = 'open', frozen_at = NULL, until_on = until_on + 1",
    ],
)
@pytest.mark.parametrize("opened_again", [False, True])
def test_postgresql_itself_keeps_the_version_and_days_of_a_frozen_period(
    frozen: Period, change: str, opened_again: bool
) -> None:
    _another_version(frozen)
    if opened_again:  # its scores alone hold it
        Period.objects.update(state=PeriodState.OPEN, frozen_at=None)
    with pytest.raises(DatabaseError, match="keeps its scheme"), transaction.atomic():
        _ask(f"UPDATE ratings_period SET {change}")
    kept = Period.objects.get()
    assert (kept.version, kept.from_on, kept.until_on) == (
        frozen.version,
        frozen.from_on,
        frozen.until_on,
    )


@pytest.mark.race
def test_a_period_being_assessed_is_not_held_yet(period: Period) -> None:
    other = _another_version(period)
    Period.objects.update(version=other)
    assert Period.objects.get().version == other


@pytest.mark.race
def test_postgresql_itself_takes_no_score_by_another_version(
    frozen: Period, county: County
) -> None:
    card = _card(frozen, county.estate, county)
    card.version = _another_version(frozen)
    with pytest.raises(DatabaseError, match="version of its period"):
        _append(card, card)


@pytest.mark.race
def test_postgresql_itself_takes_no_correction_of_somebody_elses_score(
    frozen: Period, county: County
) -> None:
    ours, whole = _card(frozen, county.estate, county), _card(frozen, None, county)
    with pytest.raises(DatabaseError, match="same period, body and estate"):
        _append(ours, whole)
    _append(ours, ours)
    assert Scorecard.objects.get(number=2).estate == county.estate


def _another_version(period: Period) -> SchemeVersion:
    return SchemeVersion.objects.create(
        scheme=period.scheme, number=2, terms=period.version.terms, made_at=AFTER, settled_at=AFTER
    )


def _append(like: Scorecard, replaces: Scorecard) -> None:
    """A second score, by no verb."""
    fields = {f.attname: getattr(like, f.attname) for f in Scorecard._meta.concrete_fields[2:]}
    fields |= {"number": 2, "reason": "更正", "replaces_id": replaces.pk}
    with transaction.atomic():
        Scorecard.objects.create(**fields)


def _ask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# --- Making it again ---------------------------------------------------------------------


def _said(*args: str) -> str:
    out = StringIO()
    call_command("recompute", *args, stdout=out)
    return out.getvalue()


def test_every_card_is_made_again_to_the_last_digit(frozen: Period) -> None:
    assert "6 cards, every figure as it was." in _said()


def test_a_card_that_was_changed_behind_the_portal_is_named(
    frozen: Period, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = _card(frozen, county.estate, county)
    real = cards.worked

    def bent(terms: Any, inputs: Any) -> Any:
        found = dict(inputs)
        if inputs == card.inputs:
            found = {"parts": {**inputs["parts"], "bureau": {}}}
        return real(terms, found)

    monkeypatch.setattr(recompute, "worked", bent)
    out = StringIO()
    with pytest.raises(CommandError, match="differences in 6 cards"):
        call_command("recompute", stdout=out)
    assert str(card.public_id) in out.getvalue()


def test_sources_that_say_something_else_now_are_told_and_nothing_changes(
    frozen: Period, county: County
) -> None:
    frozen.assessments.filter(part="bureau").update(state=AssessmentState.REPLACED)
    said = _said("--sources")
    assert "inputs: kept" in said
    assert "every figure as it was" in said


# --- Corrections append ------------------------------------------------------------------


def test_a_correction_is_another_card_and_the_firms_follows(
    frozen: Period, county: County, people: dict[str, User]
) -> None:
    old = _card(frozen, county.estate, county)
    frozen.assessments.filter(part="bureau").update(state=AssessmentState.REPLACED)
    settled.sheet(
        frozen,
        county.estate,
        county.firm,
        people["district"],
        "bureau",
        "",
        {"P1": "60", "P2": "40"},
    )
    new = freezing.correct(old, by=people["district"], reason="陈述成立")
    assert (new.number, new.replaces, new.reason) == (2, old, "陈述成立")
    assert new.total == Decimal("88.04")
    old.refresh_from_db()
    assert old.total == Decimal("87.04")
    whole = _card(frozen, None, county)
    assert (whole.number, whole.total) == (2, Decimal("88.04"))
    assert _said().startswith("8 cards")


def test_nothing_to_correct_is_said(
    frozen: Period, county: County, people: dict[str, User]
) -> None:
    card = _card(frozen, county.estate, county)
    with pytest.raises(Invalid):
        freezing.correct(card, by=people["district"], reason="再算一遍")
    with pytest.raises(Invalid):
        freezing.correct(card, by=people["district"], reason="  ")
    assert Scorecard.objects.filter(number__gt=1).count() == 0


def test_a_card_is_corrected_by_officers_of_the_district_alone(
    frozen: Period, county: County, people: dict[str, User]
) -> None:
    frozen.assessments.filter(part="bureau").update(state=AssessmentState.REPLACED)
    card = _card(frozen, county.estate, county)
    for name in ("subdistrict", "manager", "far_district"):
        with pytest.raises(NotAllowed):
            freezing.correct(card, by=people[name], reason="改一下")
    assert Scorecard.objects.filter(number__gt=1).count() == 0


def test_a_corrected_card_and_that_of_a_whole_firm_are_not_corrected(
    frozen: Period, county: County, people: dict[str, User]
) -> None:
    frozen.assessments.filter(part="bureau").update(state=AssessmentState.REPLACED)
    card = _card(frozen, county.estate, county)
    freezing.correct(card, by=people["district"], reason="撤销评定")
    for stale in (card, _card(frozen, None, county)):
        with pytest.raises(WrongState):
            freezing.correct(stale, by=people["district"], reason="再改")
