"""Schemes: presets, drafts, what is settled, and the periods that follow it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import translation

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, DomainError, Invalid, NotAllowed, WrongState
from ratings.actions.periods import open_period
from ratings.actions.schemes import begin_scheme, change_draft, draft, settle
from ratings.models import Period, PeriodState, Scheme, SchemeVersion
from ratings.queries.plain import chapters, differences
from ratings.terms import Source, read
from ratings.terms.drafts import section_of, stamp
from ratings.terms.presets import ORIGINS, presets
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.frozen import frozen, of_one_firm

pytestmark = pytest.mark.django_db


def begun(county: County, preset: str = "anhui_quarterly") -> Scheme:
    return begin_scheme(
        by=county.people["district"], place=county.district, name="季度测评", preset=preset
    )


def drafted(scheme: Scheme) -> SchemeVersion:
    return scheme.versions.get(settled_at=None)


def seen(scheme: Scheme) -> str:
    return stamp(drafted(scheme).terms)


def settled(county: County) -> Scheme:
    scheme = begun(county)
    settle(scheme, by=county.people["district"], seen=seen(scheme))
    return scheme


def weighed(terms: dict[str, Any], **weights: str) -> dict[str, Any]:
    """The same terms with other weights."""
    found = deepcopy(terms)
    for part in found["parts"]:
        part["weight"] = weights.get(part["key"], part["weight"])
    return found


# --- Presets -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", presets())
def test_every_preset_reads_and_its_sheets_have_a_hundred_points(key: str) -> None:
    preset = presets()[key]
    read(preset.document)
    for part in preset.document["parts"]:
        items = [item for each in part.get("dimensions", []) for item in each["items"]]
        if items:
            assert sum(float(item["points"]) for item in items) == 100, part["key"]


@pytest.mark.parametrize("key", presets())
def test_every_preset_says_where_it_comes_from_in_both_languages(key: str) -> None:
    preset = presets()[key]
    assert preset.name.zh and preset.name.en
    assert {origin for origin, _words in preset.says} == set(ORIGINS)
    assert all(words.zh and words.en for _origin, words in preset.says)
    named = [*preset.document["parts"], *preset.document["vetoes"]]
    named += [d for part in named for d in part.get("dimensions", [])]
    named += [item for each in named for item in each.get("items", [])]
    assert all(row["name_zh"] and row["name_en"] for row in named)
    bands = preset.document["bands"]
    assert all(row["name"] and row["name_en"] for row in bands)
    with translation.override("en"):
        assert read(preset.document).band_words(bands[0]["name"]) == bands[0]["name_en"]


def test_the_presets_weigh_as_their_places_say() -> None:
    weights = {
        key: [str(part.weight) for part in read(preset.document).parts]
        for key, preset in presets().items()
    }
    assert weights["anhui_quarterly"] == ["7/10", "3/10"]
    assert weights["taian"] == ["3/5", "1/5", "1/5"]
    assert weights["jinan_2024"] == ["2/5", "3/10", "3/10"]
    assert weights["jinan_2019"] == ["1/4"] * 4


def test_where_complaints_are_a_part_the_sheet_counts_no_orders() -> None:
    terms = read(presets()["jinan_2019"].document)
    assert any(part.source == Source.COMPLAINTS for part in terms.parts)
    inspection = terms.part("inspection")
    assert inspection is not None
    assert not {"D8-2", "D3-2"} & {item.code for item in inspection.items}
    quarterly = read(presets()["anhui_quarterly"].document).part("inspection")
    assert quarterly is not None
    assert "D8-2" in {item.code for item in quarterly.items}


def test_a_preset_that_somebody_changed_is_still_the_preset() -> None:
    presets()["taian"].document["parts"].clear()
    assert presets()["taian"].document["parts"]


def test_t6_committees_are_assessed_apart_by_performance_and_training() -> None:
    terms = read(presets()["committees"].document)
    assert terms.subject == "committees"
    assert {"duties", "training"} <= {part.key for part in terms.parts}


# --- Beginning ---------------------------------------------------------------------------


def test_a_scheme_begins_with_a_draft_as_the_preset_says(county: County) -> None:
    scheme = begun(county, "taian")
    version = drafted(scheme)
    assert (version.number, scheme.subject, scheme.preset) == (1, "firms", "taian")
    assert version.terms == presets()["taian"].document
    assert AuditEntry.objects.filter(verb="begin_scheme", target=str(scheme.public_id)).exists()


OTHERS = ("resident", "dispatcher", "manager", "subdistrict", "far_district", "auditor")


@pytest.mark.parametrize("who", [*OTHERS, "administrator"])
def test_nobody_but_an_officer_of_the_district_keeps_its_schemes(who: str, county: County) -> None:
    scheme = settled(county)
    rows = Scheme.objects.count(), SchemeVersion.objects.count(), Period.objects.count()
    by = county.people[who]
    tries: list[Callable[[], object]] = [
        lambda: begin_scheme(by=by, place=county.district, name="又一个", preset="taian"),
        lambda: draft(scheme, by=by),
        lambda: change_draft(scheme, by=by, terms={}, seen=""),
        lambda: settle(scheme, by=by, seen="", note="试试"),
        lambda: open_period(scheme, by=by, from_on=date(2026, 1, 1)),
    ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    assert rows == (Scheme.objects.count(), SchemeVersion.objects.count(), Period.objects.count())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"preset": "mars"}, "preset"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"name": "季度测评"}, "name"),
    ],
)
def test_a_scheme_needs_a_name_of_its_own_and_a_preset(
    said: dict[str, str], field: str, county: County
) -> None:
    begun(county)
    words = {"name": "另一个", "preset": "taian", **said}
    with pytest.raises(Invalid) as refused:
        begin_scheme(by=CLOCK, place=county.district, **words)
    assert list(refused.value.fields) == [field]
    assert Scheme.objects.count() == 1


def test_a_scheme_is_a_districts(county: County) -> None:
    with pytest.raises(Invalid) as refused:
        begin_scheme(by=CLOCK, place=county.community, name="社区测评", preset="taian")
    assert list(refused.value.fields) == ["place"]


# --- Changing a draft --------------------------------------------------------------------


def test_weights_that_do_not_add_up_are_refused_and_nothing_changes(county: County) -> None:
    scheme = begun(county)
    terms = weighed(drafted(scheme).terms, inspection="0.8")
    with pytest.raises(Invalid) as refused:
        change_draft(scheme, by=CLOCK, terms=terms, seen=seen(scheme), section="parts")
    assert list(refused.value.fields) == ["parts"]
    assert drafted(scheme).terms == presets()["anhui_quarterly"].document


def test_who_saves_second_is_told_that_somebody_was_first(county: County) -> None:
    scheme = begun(county)
    looked_at = seen(scheme)
    mine = weighed(drafted(scheme).terms, inspection="0.6", poll="0.4")
    theirs = {**drafted(scheme).terms, "ranked_from": 9}
    change_draft(scheme, by=county.people["district"], terms=mine, seen=looked_at)
    with pytest.raises(Conflict):
        change_draft(scheme, by=CLOCK, terms=theirs, seen=looked_at)
    assert drafted(scheme).terms == mine
    with pytest.raises(Conflict):
        settle(scheme, by=CLOCK, seen=looked_at)
    assert drafted(scheme).settled_at is None


def test_a_sheet_may_be_added_before_its_items_but_not_settled(county: County) -> None:
    scheme = begun(county)
    terms = weighed(drafted(scheme).terms, inspection="0.5")
    terms["parts"].append(
        {"key": "more", "name_zh": "新表", "weight": "0.2", "source": "sheet", "dimensions": []}
    )
    change_draft(scheme, by=CLOCK, terms=terms, seen=seen(scheme), section="parts")
    with pytest.raises(Invalid) as refused:
        settle(scheme, by=CLOCK, seen=seen(scheme))
    assert list(refused.value.fields) == ["parts.2.dimensions"]
    assert drafted(scheme).settled_at is None


def test_programs_hand_in_whole_documents_only(county: County) -> None:
    scheme = begun(county)
    cases: list[Any] = [{}, [], "terms", {**drafted(scheme).terms, "colour": "red"}]
    for wrong in cases:
        with pytest.raises(Invalid):
            change_draft(scheme, by=CLOCK, terms=wrong, seen=seen(scheme))
    other = presets()["committees"].document
    with pytest.raises(Invalid) as refused:
        change_draft(scheme, by=CLOCK, terms=other, seen=seen(scheme))
    assert list(refused.value.fields) == ["subject"]


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("parts", "parts"),
        ("parts.1.weight", "parts"),
        ("parts.1.judge", "parts"),
        ("parts.1.weights", "part.1"),
        ("parts.0.dimensions", "part.0"),
        ("parts.0.dimensions.2.items.1.points", "part.0.2"),
        ("bands.0.name", "bands"),
        ("lists.red_from", "lists"),
        ("cycle", "timetable"),
    ],
)
def test_everything_wrong_is_mended_in_one_section(path: str, section: str) -> None:
    assert section_of(path) == section


# --- Settling ----------------------------------------------------------------------------


def test_a_settled_version_never_changes(county: County) -> None:
    scheme = settled(county)
    version = scheme.versions.get()
    before = version.terms
    attempts: list[Callable[[], object]] = [
        lambda: change_draft(scheme, by=CLOCK, terms=before, seen=stamp(before)),
        lambda: settle(scheme, by=CLOCK, seen=stamp(before), note="再来"),
    ]
    for attempt in attempts:
        with pytest.raises(WrongState):
            attempt()
    with pytest.raises(TypeError):
        version.delete()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            SchemeVersion.objects.filter(pk=version.pk).update(terms={})
    assert scheme.versions.get().terms == before


def test_the_next_version_begins_as_a_copy_and_says_why_it_differs(county: County) -> None:
    scheme = settled(county)
    made = draft(scheme, by=county.people["district"])
    assert (made.number, made.terms) == (2, scheme.versions.get(number=1).terms)
    with pytest.raises(WrongState):
        draft(scheme, by=CLOCK)
    with pytest.raises(Invalid) as refused:
        settle(scheme, by=CLOCK, seen=seen(scheme), note=" ")
    assert list(refused.value.fields) == ["note"]
    settle(scheme, by=CLOCK, seen=seen(scheme), note="加大居民权重")
    assert scheme.versions.get(number=2).note == "加大居民权重"


def test_the_database_keeps_one_draft_of_a_scheme(county: County) -> None:
    scheme = begun(county)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.create(
            scheme=scheme, number=2, terms={}, made_at=drafted(scheme).made_at
        )


# --- What differs ------------------------------------------------------------------------


def test_what_differs_is_said_line_by_line() -> None:
    before = presets()["anhui_quarterly"].document
    assert differences(read(before), read(before)) == []
    after = weighed(before, inspection="0.6", poll="0.4")
    after["vetoes"] = after["vetoes"][1:]
    after["reweight"] = True
    after["parts"][0]["dimensions"][0]["items"][0]["step"] = "2"
    found = differences(read(before), read(after))
    assert [bool(line.before and line.after) for line in found].count(False) == 1
    said = {line.label: (line.before, line.after) for line in found}
    assert "70 %" in said["现场测评"][0] and "60 %" in said["现场测评"][1]
    assert "2" in said["消防通道、疏散通道畅通"][1]
    assert said["挪用或擅自使用维修资金"][1] == ""
    assert len(found) == 5


@pytest.mark.parametrize("key", presets())
def test_no_two_lines_of_a_scheme_have_the_same_key(key: str) -> None:
    keys = [line.key for c in chapters(read(presets()[key].document)) for line in c.lines]
    assert len(set(keys)) == len(keys)


# --- Periods -----------------------------------------------------------------------------


def test_a_period_has_the_days_of_its_cycle_and_the_version_in_force(
    county: County, clock: Pretended
) -> None:
    scheme = settled(county)
    period = open_period(scheme, by=county.people["district"], from_on=date(2026, 1, 1))
    assert (period.from_on, period.until_on) == (date(2026, 1, 1), date(2026, 4, 1))
    # 20 working days after 31 March, with Qingming on 4 to 6 April.
    assert period.assess_until_on == date(2026, 4, 29)
    assert period.name == "2026年第1季度"
    assert (period.version.number, period.state) == (1, PeriodState.OPEN)


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 2, 1), date(2026, 4, 1)])
def test_a_period_begins_on_the_first_day_of_its_cycle_and_not_ahead(
    day: date, county: County, clock: Pretended
) -> None:
    with pytest.raises(Invalid):
        open_period(settled(county), by=CLOCK, from_on=day)
    assert not Period.objects.exists()


def test_a_period_is_opened_once_and_by_a_settled_version_only(
    county: County, clock: Pretended
) -> None:
    scheme = begun(county)
    with pytest.raises(WrongState):
        open_period(scheme, by=CLOCK, from_on=date(2026, 1, 1))
    settle(scheme, by=CLOCK, seen=seen(scheme))
    open_period(scheme, by=CLOCK, from_on=date(2026, 1, 1))
    with pytest.raises(Invalid):
        open_period(scheme, by=CLOCK, from_on=date(2026, 1, 1))
    assert Period.objects.count() == 1


def test_another_cycle_never_covers_a_period_that_is_open(county: County, clock: Pretended) -> None:
    scheme = settled(county)
    open_period(scheme, by=CLOCK, from_on=date(2026, 1, 1))
    yearly = {**draft(scheme, by=CLOCK).terms, "cycle": "year"}
    change_draft(scheme, by=CLOCK, terms=yearly, seen=seen(scheme))
    settle(scheme, by=CLOCK, seen=seen(scheme), note="改为年度")
    with pytest.raises(Invalid):
        open_period(scheme, by=CLOCK, from_on=date(2026, 1, 1))


def test_a_frozen_period_keeps_its_version_whatever_is_settled(
    county: County, clock: Pretended
) -> None:
    clock.put(at("2026-11-02 09:00"))
    scheme = settled(county)
    period = frozen(scheme)
    open_ = open_period(scheme, by=CLOCK, from_on=date(2026, 10, 1))
    card = of_one_firm(period, county)
    before = Period.objects.values().get(pk=period.pk)
    terms = weighed(draft(scheme, by=CLOCK).terms, inspection="0.5", poll="0.5")
    change_draft(scheme, by=CLOCK, terms=terms, seen=seen(scheme))
    settle(scheme, by=CLOCK, seen=seen(scheme), note="各占一半")
    assert Period.objects.values().get(pk=period.pk) == before
    card.refresh_from_db()
    assert card.version_id == period.version_id
    open_.refresh_from_db()
    assert open_.version.number == 1
    attempts: list[Callable[[], object]] = [
        lambda: open_period(scheme, by=CLOCK, from_on=period.from_on),
        lambda: open_period(scheme, by=CLOCK, from_on=date(2026, 10, 1)),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError):
            attempt()
    assert Period.objects.values().get(pk=period.pk) == before


def test_every_verb_leaves_its_line_in_the_audit_log(county: County, clock: Pretended) -> None:
    officer: User = county.people["district"]
    scheme = settled(county)
    terms = {**draft(scheme, by=officer).terms, "ranked_from": 7}
    change_draft(scheme, by=officer, terms=terms, seen=seen(scheme), section="timetable")
    open_period(scheme, by=officer, from_on=date(2026, 1, 1))
    verbs = AuditEntry.objects.filter(target_kind__in=("scheme", "period")).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "begin_scheme", "settle_scheme", "draft_scheme", "change_scheme_draft", "open_period",
    ]  # fmt: skip
