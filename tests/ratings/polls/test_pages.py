"""Pages of polls and doors of the API: opened, printed, answered on a phone, read by anybody."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from communities.actions import engage_firm
from communities.models import Interest, Place
from ratings.actions import freezing, polls
from ratings.actions.publications import publish_scores
from ratings.models import Period, Poll, PollAnswer, PollCode, PollState, Scorecard
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import settled
from tests.ratings.polled import answered, slips
from tests.ratings.quarter import signed_in

pytestmark = pytest.mark.django_db
People = dict[str, User]
# The middle of a UUID may be made of digits alone.
CODE = re.compile(r"(?<![\w-])[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?![\w-])")


@pytest.fixture
def code(poll: Poll, people: People) -> str:
    return slips(poll, people["subdistrict"])[0]


def door(name: str, *args: Any) -> str:
    return reverse(f"ratings:{name}", args=args)


def test_a3_a_poll_is_opened_printed_answered_and_closed_by_forms_alone(
    period: Period, county: County, people: People
) -> None:
    client = signed_in(people["subdistrict"])
    assert door("polls", period.public_id) in client.get(door("period", period.public_id)).text
    begin = door("poll_open", period.public_id, county.estate.code, county.firm.code)
    assert begin in client.get(door("polls", period.public_id)).text
    assert "20" in client.get(begin).text
    sent = client.post(begin, {"until_on": "2026-04-20", "reserve": "2"})
    poll = Poll.objects.get()
    assert sent.headers["Location"] == door("poll", poll.public_id)
    assert (poll.drawn, poll.opened_by) == (10, people["subdistrict"])
    printing = door("poll_slips", poll.public_id)
    assert 'name="seen" value="0"' in client.get(printing).text
    sheet = client.post(printing, {"seen": "0"})
    codes = CODE.findall(sheet.text)
    assert (len(codes), sheet.text.count('class="slip-sign"')) == (10, 10)
    assert "1单元" in sheet.text
    resident = Client()
    asked = resident.post(door("poll_door"), {"code": codes[0].lower().replace("-", " ")})
    assert asked.headers["Location"] == door("poll_answer", codes[0])
    questions = resident.get(door("poll_answer", codes[0]))
    assert county.firm.name in questions.text
    assert "您是随机抽中的居民。" in questions.text
    given = {"related": "no", "score": "88", "words": "保安热情"}
    thanks = resident.post(door("poll_answer", codes[0]), given)
    assert thanks.headers["Location"] == door("poll_thanks")
    assert resident.get(door("poll_thanks")).status_code == 200
    assert PollAnswer.objects.get().score == 88
    client.post(door("poll_close", poll.public_id))
    poll.refresh_from_db()
    assert (poll.state, poll.closed_by) == (PollState.CLOSED, people["subdistrict"])


def test_of_a_closed_poll_nothing_is_offered_that_would_be_refused(
    poll: Poll, people: People
) -> None:
    client = signed_in(people["subdistrict"])
    client.post(door("poll_close", poll.public_id))
    slip = PollCode.objects.order_by("place__code")[0]
    for name, at_slip in (("poll_slips", ()), ("poll_slip", (slip.public_id,)), ("poll_site", ())):
        page = client.get(door(name, poll.public_id, *at_slip)).text
        assert "本测评已截止。" in page
        assert 'name="seen"' not in page


def test_codes_on_site_are_made_for_a_building(poll: Poll, county: County, people: People) -> None:
    client = signed_in(people["subdistrict"])
    page = door("poll_site", poll.public_id)
    wrong = client.post(page, {"seen": "0", "building": county.building.code, "number": "9"})
    assert wrong.status_code == 200
    assert 'value="9"' in wrong.text
    assert not PollCode.objects.filter(on_site=True).exists()
    said = {"seen": "0", "building": county.building.code, "number": "3"}
    sheet = client.post(page, said)
    assert len(CODE.findall(sheet.text)) == 3
    # The building is named once, and nobody was drawn by lot for it.
    assert sheet.text.count(f"现场 · {county.building.name}</p>") == 3
    assert "您在现场受邀参加测评。" in sheet.text
    assert "随机抽中" not in sheet.text
    asked = Client().get(door("poll_answer", CODE.findall(sheet.text)[0]))
    assert "您在现场受邀参加测评。" in asked.text
    again = client.post(page, said)
    assert (again.status_code, PollCode.objects.filter(on_site=True).count()) == (409, 3)


def test_a_sheet_sent_twice_kills_no_code(poll: Poll, people: People) -> None:
    client = signed_in(people["subdistrict"])
    first = CODE.findall(client.post(door("poll_slips", poll.public_id), {"seen": "0"}).text)
    assert client.post(door("poll_slips", poll.public_id), {"seen": "0"}).status_code == 409
    assert Client().get(door("poll_answer", first[0])).status_code == 200
    slip = PollCode.objects.order_by("place__code")[0]
    one = client.post(door("poll_slip", poll.public_id, slip.public_id), {"seen": "1"})
    assert len(CODE.findall(one.text)) == 1
    assert Client().get(door("poll_answer", first[0])).status_code == 404


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    code: str, poll: Poll
) -> None:
    client = Client()
    page = client.post(door("poll_answer", code), {"score": "101", "words": "说得很长"})
    assert page.status_code == 200
    assert 'value="101"' in page.text
    assert "说得很长" in page.text
    assert page.text.count("field-wrong") == 2
    assert not PollAnswer.objects.exists()
    unknown = client.post(door("poll_door"), {"code": "7K3M-9QX2-AAAA"})
    assert (unknown.status_code, "7K3M-9QX2-AAAA" in unknown.text) == (404, True)


def test_a_double_click_is_one_answer_and_one_thanks(code: str) -> None:
    said = {"related": "no", "score": "70", "form_token": "a-token-nobody-can-guess"}
    client = Client()
    first, second = (client.post(door("poll_answer", code), said) for _n in range(2))
    assert first.headers["Location"] == second.headers["Location"] == door("poll_thanks")
    assert PollAnswer.objects.count() == 1


def test_used_late_and_unknown_codes_say_so_and_keep_what_was_typed(
    code: str, poll: Poll, people: People, clock: Pretended
) -> None:
    client = Client()
    client.post(door("poll_answer", code), {"related": "no", "score": "70"})
    used = client.post(door("poll_answer", code), {"related": "no", "score": "10", "words": "改分"})
    assert (used.status_code, "改分" in used.text) == (409, True)
    other = slips(poll, people["subdistrict"])[0]
    clock.put(at("2026-04-21 00:00"))
    late = client.get(door("poll_answer", other))
    unknown = client.get(door("poll_answer", "7K3M-9QX2-F4TB"))
    assert (late.status_code, unknown.status_code) == (409, 404)
    sentences = {
        re.search(r'class="error-summary".*?<li>(.*?)</li>', page.text, re.S)[1]  # type: ignore[index]
        for page in (used, late, unknown)
    }
    assert len(sentences) == 3


@pytest.mark.parametrize("name", ["poll", "poll_slips", "poll_site", "poll_close"])
def test_a_poll_that_is_open_is_nobody_elses_to_read(name: str, poll: Poll, people: People) -> None:
    for who in ("manager", "dispatcher", "committee", "far_district", "resident"):
        assert signed_in(people[who]).get(door(name, poll.public_id)).status_code == 404
    if name != "poll":
        assert signed_in(people["auditor"]).get(door(name, poll.public_id)).status_code == 403


def test_the_pages_of_a_period_are_for_its_overseers(
    period: Period, county: County, people: People
) -> None:
    begin = door("poll_open", period.public_id, county.estate.code, county.firm.code)
    for who in ("manager", "dispatcher", "far_district", "resident"):
        client = signed_in(people[who])
        assert client.get(door("polls", period.public_id)).status_code == 404
        assert client.post(begin, {"until_on": "2026-04-20"}).status_code == 403
    assert not Poll.objects.exists()


def test_the_list_of_polls_is_read_estate_by_estate_and_asks_as_little_for_many(
    poll: Poll, period: Period, county: County, people: People, clock: Pretended, at_most: Any
) -> None:
    for number in range(1, 23):
        made = factories.estate(county.community, 100 + number, f"锦园{number}期", buildings=0)
        engage_firm(county.firm, by=CLOCK, estate=made, from_on=factories.BEGINNING)
    officer, address = signed_in(people["subdistrict"]), door("polls", period.public_id)
    officer.get(address)
    with at_most(10):
        first = officer.get(address)
    page = first.context["page"]
    assert (page.open, page.over, page.previous) == (1, 0, "")
    assert door("poll", poll.public_id) in first.text
    following = officer.get(address + first.context["next_url"]).context["page"]
    shown = [row.of.estate_code for row in (*page.rows, *following.rows)]
    assert (len(page.rows), len(set(shown)), following.next) == (20, page.pairs, "")
    assert shown == sorted(shown)
    assert officer.get(address, {"cursor": "nowhere"}).status_code == 400
    # The clock has not closed it yet, and nobody can answer it any more.
    clock.put(at("2026-04-21 00:00"))
    page = signed_in(people["subdistrict"]).get(address).context["page"]
    assert (page.open, page.over) == (0, 1)


def test_whoever_is_tied_to_the_firm_is_shown_no_poll_of_it(
    poll: Poll, period: Period, county: County, people: People
) -> None:
    by = people["subdistrict"]
    Interest.objects.create(
        user=by, firm=county.firm, kind="shares", from_on=period.from_on, by=by, at=now()
    )
    answer = signed_in(by).get(door("polls", period.public_id))
    assert door("poll", poll.public_id) not in answer.text
    begin = door("poll_open", period.public_id, county.estate.code, county.firm.code)
    assert begin not in answer.text


@pytest.fixture
def scored(poll: Poll, period: Period, county: County, people: People, clock: Pretended) -> Poll:
    """Answered, its period frozen and not public yet."""
    verdict = {"P1": "54", "P2": "36"}
    settled.sheet(period, county.estate, county.firm, people["subdistrict"], "town", "", verdict)
    answered(slips(poll, people["subdistrict"]), [90, 80, 90, 60, 85, 75])
    clock.put(at("2026-04-27 09:00"))
    polls.close_polls()
    freezing.ask_to_freeze(period, by=fresh(people["district"]))
    freezing.freeze_periods()
    poll.refresh_from_db()
    return poll


@pytest.fixture
def public(scored: Poll, period: Period, people: People) -> Poll:
    """Answered, frozen and published."""
    period.refresh_from_db()
    publish_scores(period, by=fresh(people["district"]))
    return Poll.objects.get()


def test_a3_the_score_leads_to_its_poll_and_the_poll_to_no_home(
    public: Poll, county: County, homes: list[Place]
) -> None:
    card = Scorecard.objects.get(estate=county.estate)
    anybody = Client()
    assert door("poll", public.public_id) in anybody.get(door("card", card.public_id)).text
    page = anybody.get(door("poll", public.public_id)).text
    assert re.search(r"480.*?6.*?80", page)
    hidden = [public.seed, public.population_hash, "PollCode"]
    hidden += [str(row) for row in public.codes.values_list("public_id", flat=True)]
    hidden += [home.code for home in homes]
    hidden += [str(row) for row in PollAnswer.objects.values_list("id", flat=True)]
    said = anybody.get(reverse("api:poll", args=[public.public_id])).text
    assert not [word for word in hidden if word in page + said]


def test_the_auditor_checks_the_draw(public: Poll, people: People) -> None:
    page = signed_in(people["auditor"]).get(door("poll", public.public_id)).text
    assert public.seed in page
    assert all(code in page for code in public.codes.values_list("place__code", flat=True))


# --- Found by everybody ------------------------------------------------------------------


def test_residents_find_what_came_of_a_poll_by_place_and_period(
    public: Poll, period: Period, county: County
) -> None:
    address, anybody = door("poll_results"), Client()
    found = [
        county.estate.name[:2],
        county.estate.code,
        county.community.name,
        county.subdistrict.code,
        county.district.name,
        "ghy",
    ]
    for place in found:
        page = anybody.get(address, {"place": place})
        assert door("poll", public.public_id) in page.text, place
        assert [(row.valid, row.said) for row in page.context["results"]] == [(6, "80")]
    for asked in (
        {"place": county.far_estate.name},
        {"place": "990102"},
        {"period": str(public.public_id)},
        {"period": "2026"},
    ):
        assert anybody.get(address, asked).context["results"] == [], asked
    asked = {"place": county.estate.code, "period": str(period.public_id)}
    page = anybody.get(address, asked)
    assert len(page.context["results"]) == 1
    assert f'value="{period.public_id}" selected' in page.text
    place = reverse("communities:place", args=[county.estate.code])
    assert f"{address}?place={county.estate.code}" in anybody.get(place).text
    division = reverse("communities:place", args=[county.community.code])
    assert f"{address}?place={county.community.code}" in anybody.get(division).text
    (said,) = anybody.get(reverse("api:polls"), {"place": county.community.name}).json()["results"]
    assert (said["id"], said["valid"], said["mean"]) == (str(public.public_id), 6, "80.0000")
    assert anybody.get(reverse("api:polls"), {"place": "临江府"}).json()["results"] == []


def test_what_is_not_public_is_in_no_list(scored: Poll, people: People) -> None:
    """Closed and scored is not enough: the score that was made of it must be public."""
    assert scored.state == PollState.CLOSED
    assert Scorecard.objects.filter(estate=scored.estate, body=scored.body).exists()
    for client in (Client(), signed_in(people["subdistrict"])):
        assert client.get(door("poll_results")).context["results"] == []
        assert client.get(reverse("api:polls")).json()["results"] == []


def test_of_too_few_answers_the_list_says_how_many_they_were(public: Poll, at_most: Any) -> None:
    PollAnswer.objects.filter(pk__in=PollAnswer.objects.values("pk")[:2]).delete()
    client = Client()
    with at_most(10):
        page = client.get(door("poll_results"))
    (row,) = page.context["results"]
    assert (row.valid, row.mean, row.part.valid) == (4, None, 5)
    (said,) = client.get(reverse("api:polls")).json()["results"]
    assert (said["mean"], said["needed"]) == (None, 5)


# --- Programs ----------------------------------------------------------------------------


def send(client: Client, name: str, *args: Any, **said: Any) -> Any:
    return client.post(reverse(f"api:{name}", args=args), json.dumps(said), "application/json")


def test_programs_open_read_answer_and_close_a_poll(
    period: Period, county: County, people: People
) -> None:
    officer = signed_in(people["subdistrict"])
    place = {"estate": county.estate.code, "body": county.firm.code}
    refused = send(signed_in(people["manager"]), "period_polls", period.public_id, **place,
                   until_on="2026-04-20")  # fmt: skip
    assert (refused.status_code, Poll.objects.count()) == (403, 0)
    made = send(officer, "period_polls", period.public_id, **place, until_on="2026-04-20")
    assert (made.status_code, made.json()["drawn"], made.json()["valid"]) == (201, 8, None)
    poll = Poll.objects.get()
    codes = slips(poll, people["subdistrict"])
    anybody = Client()
    for number, code in enumerate(codes[:5]):
        said = send(anybody, "poll_answer", code=code, related=False, score=80 + number)
        assert said.status_code == 204
    twice = send(anybody, "poll_answer", code=codes[0], related=False, score=1)
    unknown = send(anybody, "poll_answer", code="7K3M-9QX2-F4TB", related=False, score=1)
    undeclared = send(anybody, "poll_answer", code=codes[6], score=1)
    assert [a.status_code for a in (twice, unknown, undeclared)] == [409, 404, 400]
    assert send(anybody, "poll_close", poll.public_id).status_code == 401
    closed = send(officer, "poll_close", poll.public_id).json()
    assert (closed["state"], closed["valid"], closed["answered"]) == ("closed", 5, 5)
    assert closed["spread"][0] == {"score": 84, "answers": 1}
    assert anybody.get(reverse("api:poll", args=[poll.public_id])).status_code == 404
