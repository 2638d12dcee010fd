"""The pages about rules: what holds, what a change would mean, and what residents read."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.now import pretend
from communities.models import Place
from complaints import actions
from complaints.models import Deadline, Rule
from complaints.models.presets import presets
from complaints.queries.rule_changes import changes, preset_drafts
from complaints.queries.rulebook import Rulebook
from tests.complaints.walks import NORMAL, category, report
from tests.factories import County
from tests.governance.test_pages_in_two_languages import CHINESE, ENGLISH, Walk, in_the_county
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
HERE = "/rules/990101/"
LINE = f"{HERE}inspect/normal/"
FOUR_HOURS = {
    "amount": "4",
    "measure": "hours",
    "ladder": ["desk", "subdistrict", "district"],
}
HOURS = {"quiet_from": "20:00", "quiet_until": "08:00", "closes_at": "17:30"}


@pytest.fixture
def district(people: People, client: Client) -> Client:
    """The officer of the district, reading English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["district"], "accounts.backends.PhoneOrName")
    return client


def as_(who: str, people: People) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people[who], "accounts.backends.PhoneOrName")
    return client


def words(answer: Any) -> str:
    """A page's text without its tags, in single spaces."""
    html = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html)


def hidden(answer: Any) -> dict[str, list[str]]:
    """What the form to confirm carries along."""
    forms = answer.content.decode().split("<form")
    form = next(form for form in forms if 'name="confirmed"' in form)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def own(place: Place) -> int:
    return Rule.objects.filter(place=place).count()


# --- What holds --------------------------------------------------------------------------


def test_every_rule_says_where_it_comes_from(
    county: County, people: People, district: Client, clock: Pretended
) -> None:
    actions.set_hours(
        by=CLOCK, place=county.district, quiet_from=time(20), quiet_until=time(8), closes_at=None
    )
    page = words(district.get(f"{HERE[:-1]}001/"))
    assert "3 hours, nights 20:00–08:00 not counted from 红枫县 · since 2 Mar 2026" in page
    assert "15 minutes general rule" in page
    assert "set here" in words(district.get(HERE))


def test_a_rule_to_come_is_announced_beside_the_one_that_holds(
    county: County, district: Client, clock: Pretended
) -> None:
    actions.set_rule(
        by=CLOCK,
        place=county.district,
        stage="inspect",
        urgency="normal",
        amount=7200,
        unit="seconds",
        valid_from=at("2026-04-01"),
    )
    assert "From Tue 31 Mar, 24:00 on: 2 hours" in words(district.get(HERE))
    assert "not begun yet" in words(district.get(LINE))


def test_the_clerk_reads_and_is_offered_no_change(county: County, people: People) -> None:
    clerk = as_("dispatcher", people)
    page = clerk.get("/rules/")
    assert "Time rules of 河东社区" in words(page)
    assert "Changed by the district." in words(page)
    assert "/presets/" not in page.content.decode()
    line = clerk.get(LINE)
    assert line.status_code == 200
    assert '<form method="post" novalidate>' not in line.content.decode()


def test_the_history_tells_who_and_when(
    county: County, people: People, district: Client, clock: Pretended
) -> None:
    usual: dict[str, Any] = {"stage": "inspect", "urgency": "normal", "unit": "seconds"}
    actions.set_rule(by=CLOCK, place=None, amount=9000, **usual)
    clock.forward(hours=1)
    actions.set_rule(by=people["district"], place=county.district, amount=7200, **usual)
    clock.forward(hours=1)
    actions.withdraw_rule(
        by=people["district"], place=county.district, stage="inspect", urgency="normal"
    )
    page = words(district.get(LINE))
    assert "2 hours 红枫县 · from Mon 2 Mar, 10:00 to Mon 2 Mar, 11:00" in page
    assert "Withdrawn, what is inherited holds 红枫县" in page
    assert "沈区县 · Mon 2 Mar, 10:00" in page
    assert "The operator at the console · Mon 2 Mar, 09:00" in page
    assert "150 minutes general rule · from Mon 2 Mar, 09:00 · holds now" in page
    assert "Came with the portal" in page


def test_a_category_shows_what_governs_it_until_it_has_a_rule(
    county: County, district: Client
) -> None:
    page = words(district.get(f"{HERE}handle/0101/"))
    assert "this category has no time of its own and goes by its urgency" in page
    assert "This line never had a rule." in page


# --- One line ----------------------------------------------------------------------------


def test_a_change_is_shown_before_it_is_written(
    county: County, district: Client, clock: Pretended
) -> None:
    shown = district.post(LINE, FOUR_HOURS)
    page = words(shown)
    assert "3 hours after: 4 hours" in page
    assert "Now Mon 2 Mar, 09:00 before: Mon 2 Mar, 12:00 after: Mon 2 Mar, 13:00" in page
    assert "Nothing is written yet" in page
    assert own(county.district) == 0
    confirmed = district.post(LINE, hidden(shown))
    assert confirmed.status_code == 302
    assert Rulebook(county.district, clock.moment).hours().quiet_from is None
    rule = Rule.objects.get(place=county.district)
    assert (rule.amount, rule.unit, rule.stage, rule.urgency) == (
        14400,
        "seconds",
        "inspect",
        "normal",
    )


def test_a_double_click_writes_one_version(county: County, district: Client) -> None:
    sent = hidden(district.post(LINE, FOUR_HOURS))
    answers = [district.post(LINE, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert own(county.district) == 1


def test_everything_the_form_asks_reaches_the_rule(county: County, district: Client) -> None:
    sent = {
        "amount": "3",
        "measure": "working_days",
        "source": "县政府令第3号",
        "valid_on": "2026-12-31",
        "reminders": "2，1",
        "ladder": ["desk", "district"],
        "span": "2",
        "span_measure": "calendar_days",
    }
    with pretend(at("2026-12-01 10:00")):
        shown = district.post(LINE, sent)
        assert district.post(LINE, hidden(shown)).status_code == 302
    rule = Rule.objects.get(place=county.district)
    assert (rule.amount, rule.unit) == (3, "working_days")
    assert (rule.source, rule.valid_from) == ("县政府令第3号", at("2026-12-31"))
    assert (rule.reminders, rule.ladder) == ([1, 2], ["desk", "district"])
    assert (rule.span_amount, rule.span_unit) == (2, "calendar_days")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"amount": ""}, "Give a whole number above 0."),
        ({"amount": "0"}, "Give a whole number above 0."),
        ({"amount": "9000"}, "Nothing is promised for longer than a year."),
        ({"measure": "moons"}, "moons is not one of the available choices"),
        ({"reminders": "half"}, "Give whole numbers, such as 50, 80."),
        ({"reminders": "500"}, "Give hundredths of the time from 1 to 99"),
        ({"valid_on": "2025-12-31"}, "A rule cannot begin in the past"),
        ({"valid_on": "soon"}, "There is no such day."),
        ({"ladder": ["head"]}, "head is not one of the available choices"),
        ({"ladder": []}, "Somebody has to hear of what is late."),
        ({"source": "长" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    sent: dict[str, Any], sentence: str, county: County, district: Client, clock: Pretended
) -> None:
    usual: dict[str, Any] = {"amount": "3", "measure": "hours", "ladder": ["desk"]}
    answer = district.post(LINE, {**usual, **sent})
    assert answer.status_code == 200
    assert words(answer).count(sentence) == 2  # in the summary and beside the field
    assert own(county.district) == 0


def test_who_was_overtaken_is_told_and_loses_nothing(
    county: County, district: Client, people: People
) -> None:
    sent = hidden(district.post(LINE, FOUR_HOURS))
    actions.set_rule(
        by=CLOCK, place=None, stage="rate", urgency="long", amount=3, unit="calendar_days"
    )
    answer = district.post(LINE, sent)
    assert answer.status_code == 409
    assert "Somebody else has changed these rules in the meantime." in words(answer)
    assert 'value="4"' in answer.content.decode()
    assert own(county.district) == 0


# --- Many at once ------------------------------------------------------------------------


def test_hours_are_one_setting_with_a_preview(
    county: County, district: Client, people: People, clock: Pretended
) -> None:
    before = list(Deadline.objects.values_list())
    shown = district.post(f"{HERE}hours/", HOURS)
    page = words(shown)
    assert "Handling · Long-running" in page
    assert "Urgent" not in page.split("What this would change")[1].split("Set these hours")[0]
    assert (
        "On a Friday evening Fri 6 Mar, 19:00 before: Fri 6 Mar, 22:00 after: Sat 7 Mar, 10:00"
        in page
    )
    assert district.post(f"{HERE}hours/", hidden(shown)).status_code == 302
    assert own(county.district) == 6
    assert (
        "For what is not urgent: nights 20:00–08:00 not counted, until 17:30 on the last day"
        in (words(district.get(HERE)))
    )
    assert list(Deadline.objects.values_list()) == before


def test_a_preset_is_previewed_and_applied_once(
    county: County, district: Client, clock: Pretended
) -> None:
    page = f"{HERE}presets/beijing_tiers/"
    shown = district.get(page)
    assert "3 hours after: 24 hours" in words(shown)
    assert "6 more lines become this place's own" in words(shown)
    assert own(county.district) == 0
    sent = hidden(shown)
    assert [district.post(page, sent).status_code for _ in range(2)] == [302, 302]
    assert own(county.district) == 15
    assert "All of this holds here already." in words(district.get(page))


def test_a_preset_based_on_what_no_longer_holds_is_shown_anew(
    county: County, district: Client
) -> None:
    page = f"{HERE}presets/shandong/"
    sent = hidden(district.get(page))
    actions.set_rule(
        by=CLOCK, place=None, stage="inspect", urgency="normal", amount=60, unit="seconds"
    )
    answer = district.post(page, sent)
    assert answer.status_code == 409
    assert "1 minute after: 1 working day" in words(answer)
    assert own(county.district) == 0


def test_a_rule_is_withdrawn_after_a_look(
    county: County, district: Client, clock: Pretended
) -> None:
    actions.apply_preset(by=CLOCK, place=county.district, preset="beijing_tiers")
    clock.forward(minutes=1)
    shown = district.get(f"{LINE}withdraw/")
    assert "24 hours after: 3 hours" in words(shown)
    assert district.post(f"{LINE}withdraw/", hidden(shown)).status_code == 302
    shown = district.get(f"{HERE}inherit/")
    assert district.post(f"{HERE}inherit/", hidden(shown)).status_code == 302
    book = Rulebook(county.district, clock.moment)
    assert not [slot for slot in book.slots() if book.own(slot)]


def test_a_category_gets_a_rule_of_its_own(
    county: County, district: Client, people: People, clock: Pretended
) -> None:
    chosen = district.post(f"{HERE}category/", {"stage": "handle", "category": "0101"})
    line = chosen["Location"]
    assert line == f"{HERE}handle/0101/"
    sent = hidden(district.post(line, {"amount": "1", "measure": "hours", "ladder": ["head"]}))
    assert district.post(line, sent).status_code == 302
    rule = Rule.objects.get(place=county.district)
    assert (rule.category, rule.urgency, rule.ladder) == (category(NORMAL), "", ["head"])
    assert category(NORMAL).name_en in words(district.get(HERE))


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
