"""The pages about rules: what holds, what a change would mean, one line or many at once."""

import re
from datetime import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from common.now import pretend
from communities.models import Place
from complaints import actions
from complaints.models import Deadline, Rule
from complaints.queries.rulebook import Rulebook
from tests.complaints.rule_pages import FOUR_HOURS, HERE, HOURS, LINE, as_, words
from tests.complaints.walks import NORMAL, category
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(people: People, client: Client) -> Client:
    """The officer of the district, reading English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["district"], "accounts.backends.PhoneOrName")
    return client


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
