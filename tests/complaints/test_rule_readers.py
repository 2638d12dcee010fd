"""Who reads and changes rules, what residents are told, and what a preview is worth."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from communities.models import Place
from complaints import actions
from complaints.models import Rule
from complaints.models.presets import presets
from complaints.queries.rule_changes import changes, preset_drafts
from complaints.queries.rulebook import Rulebook
from tests.complaints.rule_pages import FOUR_HOURS, HERE, HOURS, LINE, as_, words
from tests.complaints.walks import NORMAL, category, report
from tests.factories import County
from tests.governance.test_pages_in_two_languages import CHINESE, ENGLISH, Walk, in_the_county
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(people: People, client: Client) -> Client:
    """The officer of the district, reading English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["district"], "accounts.backends.PhoneOrName")
    return client


# --- Who ---------------------------------------------------------------------------------


CHANGES = ("inspect/normal/", "hours/", "presets/shandong/", "category/", "inherit/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("subdistrict", 403), ("dispatcher", 403), ("far_district", 404), ("resident", 403)],
)
def test_a_change_by_anybody_else_is_refused_and_nothing_has_changed(
    who: str, status: int, county: County, people: People
) -> None:
    before, audited = Rule.objects.count(), AuditEntry.objects.count()
    visitor = as_(who, people)
    for path in CHANGES:
        answer = visitor.post(f"{HERE}{path}", {**FOUR_HOURS, **HOURS, "confirmed": "yes"})
        assert answer.status_code == status, path
    assert (Rule.objects.count(), AuditEntry.objects.count()) == (before, audited)


def test_the_subdistrict_reads_its_own_rules_and_changes_none(
    county: County, people: People
) -> None:
    officer = as_("subdistrict", people)
    assert officer.get("/rules/990101001/").status_code == 200
    assert officer.get("/rules/990101001/hours/").status_code == 403


def test_what_is_not_there_is_not_found(county: County, district: Client) -> None:
    for path in (
        "/rules/990101001001001/",
        "/rules/123456/",
        f"{HERE}lunch/normal/",
        f"{HERE}inspect/9999/",
        f"{HERE}presets/atlantis/",
        "/promises/990101001001001001/",
        "/promises/123456/",
    ):
        assert district.get(path).status_code == 404, path


def test_the_way_to_the_rules_is_in_the_menu(people: People) -> None:
    assert 'href="/rules/"' in as_("district", people).get("/notices/").content.decode()
    assert 'href="/rules/"' not in as_("resident", people).get("/notices/").content.decode()


# --- For residents -----------------------------------------------------------------------


def test_residents_read_what_is_promised_where_they_live(
    county: County, client: Client, clock: Pretended
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    actions.set_hours(
        by=CLOCK, place=county.district, quiet_from=time(20), quiet_until=time(8), closes_at=None
    )
    usual: dict[str, Any] = {"by": CLOCK, "stage": "inspect", "unit": "seconds"}
    actions.set_rule(place=county.subdistrict, urgency="normal", amount=3600, **usual)
    actions.set_rule(place=county.district, category=category(NORMAL), amount=1200, **usual)
    everywhere = words(client.get("/promises/"))
    assert "within 3 hours from the report" in everywhere
    assert "红枫县 青松县" in everywhere
    here = words(client.get("/promises/990101/"))
    assert "within 3 hours from the report · nights 20:00–08:00 not counted" in here
    assert "within 15 minutes from the report" in here
    assert f"{category(NORMAL).name_en} On-site check: 20 minutes" in here
    assert "Other times hold here 梅江街道" in here
    assert "within 1 hour from the report" in words(client.get(f"/promises/{county.estate.code}/"))
    assert "within 3 hours from the report Some" in words(client.get("/promises/990102/"))


def test_the_front_page_promises_what_the_only_district_does(
    county: County, client: Client, clock: Pretended
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    actions.set_hours(
        by=CLOCK, place=county.district, quiet_from=time(20), quiet_until=time(8), closes_at=None
    )
    assert "not counted" not in words(client.get("/"))
    Place.objects.filter(code="990102").update(kind="community")
    assert "nights 20:00–08:00 not counted" in words(client.get("/"))


def test_whoever_reports_reads_the_promise_of_their_place_and_category(
    county: County, client: Client, clock: Pretended
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    usual: dict[str, Any] = {"by": CLOCK, "stage": "inspect", "unit": "seconds"}
    actions.set_rule(place=county.district, category=category("0102"), amount=300, **usual)
    url = "/orders/report/where/"
    for given in (
        {"estate": county.estate.code},
        {"building": county.building.code},
        {"entrance": county.entrance.code},
        {"kind": "complaint"},
        {"category": "0102"},
    ):
        url = client.post(url, given)["Location"]
    assert "checked within 5 minutes" in words(client.get(url))


# --- Preview and what then happens -------------------------------------------------------


@pytest.mark.parametrize("code", ["beijing_tiers", "shandong"])
def test_the_preview_equals_what_then_happens(
    code: str, county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-22 10:07"))
    actions.set_hours(
        by=CLOCK,
        place=county.district,
        quiet_from=time(20),
        quiet_until=time(8),
        closes_at=time(17, 30),
    )
    book = Rulebook(county.district, clock.moment)
    told = {
        change.slot.stage: change
        for change in changes(book, preset_drafts(book, presets()[code]))
        if change.slot.urgency == "normal"
    }
    begins = clock.moment
    reported: dict[Any, Any] = {}
    for moment in [example.moment for example in told["inspect"].examples]:
        clock.put(moment.at)
        reported[moment.kind] = report(county, people)
        order = report(county, people, kind="repair")
        reported["repair", moment.kind] = order
    actions_before = {
        k: dict(o.deadlines.values_list("stage", "due_at")) for k, o in reported.items()
    }
    clock.put(begins)
    actions.apply_preset(by=CLOCK, place=county.district, preset=code)
    for stage in ("inspect", "handle", "feedback"):
        for example in told[stage].examples:
            key = ("repair", example.moment.kind) if stage == "handle" else example.moment.kind
            assert actions_before[key][stage] == example.before.due_at
            clock.put(example.moment.at)
            order = report(county, people, **({"kind": "repair"} if stage == "handle" else {}))
            assert order.deadlines.get(stage=stage).due_at == example.after.due_at
    kinds = [(e.moment.kind, e.moment.at, e.moment.name) for e in told["inspect"].examples]
    assert kinds == [
        ("now", begins, ""),
        ("friday", at("2026-09-25 19:00"), ""),
        ("holiday", at("2026-09-24 16:00"), "Mid-Autumn Festival"),
    ]
    assert {k: dict(o.deadlines.values_list("stage", "due_at")) for k, o in reported.items()} == (
        actions_before
    )


def test_a_change_that_begins_later_is_reckoned_from_then(
    county: County, district: Client, clock: Pretended
) -> None:
    later = (MONDAY + timedelta(days=10)).date().isoformat()
    page = words(district.post(LINE, {**FOUR_HOURS, "valid_on": later}))
    assert "from Wed 11 Mar, 24:00 on" in page
    assert (
        "When it begins Wed 11 Mar, 24:00 before: Thu 12 Mar, 03:00 after: Thu 12 Mar, 04:00"
        in page
    )


# --- Both languages ----------------------------------------------------------------------


@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", ENGLISH), ("en", CHINESE)])
def test_every_page_speaks_one_language(
    language: str,
    foreign: re.Pattern[str],
    county: County,
    people: People,
    district: Client,
    clock: Pretended,
) -> None:
    district.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    actions.apply_preset(by=people["district"], place=county.district, preset="shandong")
    actions.set_hours(
        by=CLOCK,
        place=county.district,
        quiet_from=time(20),
        quiet_until=time(8),
        closes_at=time(17, 30),
    )
    walk = Walk(language, foreign, in_the_county())
    for path in (
        HERE,
        LINE,
        f"{HERE}rate/long/",
        f"{HERE}handle/0101/",
        f"{HERE}category/",
        f"{HERE}hours/",
        f"{HERE}inherit/",
        f"{LINE}withdraw/",
        f"{HERE}presets/",
        *(f"{HERE}presets/{code}/" for code in presets()),
        "/promises/",
        "/promises/990101/",
    ):
        walk.read(district.get(path), path)
    wrong = {"amount": "0", "measure": "x", "valid_on": "x", "reminders": "x", "span": "0"}
    walk.read(district.post(LINE, wrong), "a line, all wrong")
    walk.read(district.post(LINE, {**FOUR_HOURS, "valid_on": "2026-05-01"}), "a line, shown")
    walk.read(district.post(f"{HERE}hours/", {"quiet_from": "x"}), "hours, wrong")
    walk.read(district.post(f"{HERE}hours/", {"closes_at": "18:00"}), "hours, shown")
    walk.read(district.post(f"{HERE}category/", {}), "no category")
    assert walk.pages == 19
    walk.found.pop("manage.py tick", None)  # what to type where the clock stands still
    assert dict(walk.found) == {}
