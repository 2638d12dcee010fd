"""Reporting, one question a page."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from common.codes import digest
from complaints.models import Complaint, Contact, Photo
from complaints.workflow import Kind, Source, Status
from tests.complaints.reporting import photo, press, send, to_check, to_tell
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
BEGIN = "/orders/report/"


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody with a browser, in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


# --- The whole way -----------------------------------------------------------------------


def test_somebody_without_an_account_reports_and_is_shown_a_code_once(
    visitor: Client, county: County
) -> None:
    answer = send(
        visitor, to_check(visitor, county, building=county.building.code, phone="138 0013 8000")
    )
    order = Complaint.objects.get()
    assert answer["Location"] == reverse("complaints:report_done", args=[order.reference])
    assert (order.estate, order.building, order.reporter) == (county.estate, county.building, None)
    assert (order.kind, order.source, order.status) == (Kind.COMPLAINT, Source.WEB, Status.REPORTED)
    assert Contact.objects.get(complaint=order).phone == "13800138000"
    page = visitor.get(answer["Location"])
    assert order.reference in page.content.decode()
    secret = page.context["sent"].secret
    assert digest(secret) == order.secret_digest
    assert secret in page.content.decode()
    assert visitor.session["secrets"] == {order.reference: order.secret_digest}


def test_the_code_survives_a_reload_and_is_gone_after_half_an_hour(
    visitor: Client, county: County, clock: Pretended
) -> None:
    done = send(visitor, to_check(visitor, county))["Location"]
    assert visitor.get(done).context["sent"].secret == visitor.get(done).context["sent"].secret
    clock.forward(minutes=31)
    assert visitor.get(done)["Location"] == f"/orders/{Complaint.objects.get().reference}/"


def test_nobody_else_is_shown_the_confirmation(visitor: Client, county: County) -> None:
    done = send(visitor, to_check(visitor, county))["Location"]
    stranger = Client()
    answer = stranger.get(done)
    assert answer["Location"] == f"/orders/{Complaint.objects.get().reference}/"
    assert stranger.get(answer["Location"]).status_code == 404


def test_a_resident_reports_with_the_account_and_gets_no_code(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    visitor.force_login(people["resident"], backend=BACKEND)
    url = to_check(visitor, county, account="yes", name="陈晓梅", phone="13900000001")
    page = visitor.get(send(visitor, url)["Location"])
    order = Complaint.objects.get()
    assert (order.reporter, order.secret_digest) == (people["resident"], "")
    assert page.context["sent"].secret == ""
    assert "secrets" not in visitor.session


def test_a_resident_may_report_without_the_account(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    visitor.force_login(people["resident"], backend=BACKEND)
    send(visitor, to_check(visitor, county, account="no"))
    order = Complaint.objects.get()
    assert order.reporter is None
    assert order.secret_digest in visitor.session["secrets"].values()


def test_a_repair_goes_to_the_firm_at_once(visitor: Client, county: County) -> None:
    page = visitor.get(send(visitor, to_check(visitor, county, kind="repair"))["Location"])
    order = Complaint.objects.get()
    assert (order.status, order.handler) == (Status.DISPATCHED, county.firm)
    assert [due is not None for _words, due in page.context["next"]] == [True, True]


def test_the_confirmation_says_what_happens_next_and_by_when(
    visitor: Client, county: County
) -> None:
    page = visitor.get(send(visitor, to_check(visitor, county))["Location"])
    due = {row.stage: row.due_at for row in Complaint.objects.get().deadlines.all()}
    steps = dict(page.context["next"])
    assert steps["The community's grid worker checks on site"] == due["inspect"]
    assert steps["You get an answer and can rate it"] == due["feedback"]


def test_an_accusation_against_the_community_says_who_does_not_see_it(
    visitor: Client, county: County
) -> None:
    page = visitor.get(send(visitor, to_check(visitor, county, category="1601"))["Location"])
    assert Complaint.objects.get().desk == county.subdistrict
    assert "own people do not see it" in page.content.decode()


# --- Where -------------------------------------------------------------------------------


def test_a_scanned_code_fills_in_the_place_and_is_remembered_as_source(
    visitor: Client, county: County
) -> None:
    begun = visitor.get(f"{BEGIN}?place={county.entrance.code}", follow=True)
    assert county.entrance.name in begun.content.decode()
    url = press(visitor, "/orders/report/where/", place=county.entrance.code)
    assert "/what/" in url
    url = press(visitor, url, kind="complaint")
    url = press(visitor, url, category="0501")
    url = press(visitor, url, description="dirty")
    send(visitor, press(visitor, url))
    order = Complaint.objects.get()
    assert (order.source, order.entrance) == (Source.QR, county.entrance)


@pytest.mark.parametrize("code", ["", "99", "990101001001", "x' OR 1=1", "９９０"])
def test_a_scanned_code_of_no_such_place_asks_where(
    visitor: Client, county: County, code: str
) -> None:
    page = visitor.get(BEGIN, {"place": code}, follow=True)
    assert page.status_code == 200
    assert page.context["scanned"] is None


def test_an_estate_is_found_by_a_part_of_its_name(visitor: Client, county: County) -> None:
    page = visitor.get("/orders/report/where/", {"q": "花"})
    assert [choice.value for choice in page.context["found"]] == [county.estate.code]


def test_an_estate_nobody_knows_keeps_the_question(visitor: Client, county: County) -> None:
    answer = visitor.post("/orders/report/where/", {"estate": "999999999999999"})
    assert answer.status_code == 200
    assert "Choose an estate from the list below." in answer.content.decode()
    assert "drafts" not in visitor.session


def test_a_building_of_another_estate_is_not_taken(visitor: Client, county: County) -> None:
    url = press(visitor, "/orders/report/where/", estate=county.estate.code)
    foreign = county.other_estate.children.first()
    assert foreign is not None
    assert visitor.post(url, {"building": foreign.code}).status_code == 200
    assert visitor.get(url).context["step"] == "building"


def test_another_estate_asks_for_the_building_again(visitor: Client, county: County) -> None:
    check = to_check(visitor, county, building=county.building.code)
    change = check.replace("check", "where") + "&change=yes"
    url = press(visitor, change, estate=county.other_estate.code)
    assert "/building/" in url
    url = press(visitor, url, building="")
    assert "/check/" in visitor.get(url)["Location"]


def test_the_estate_used_last_is_offered_first(visitor: Client, county: County) -> None:
    send(visitor, to_check(visitor, county))
    page = visitor.get(f"{BEGIN}?new=yes", follow=True)
    assert [choice.value for choice in page.context["recent"]] == [county.estate.code]


# --- Going back and forth ----------------------------------------------------------------


def test_whoever_jumps_ahead_is_taken_to_the_first_open_question(
    visitor: Client, county: County
) -> None:
    assert visitor.get("/orders/report/check/")["Location"] == "/orders/report/where/"
    url = press(visitor, "/orders/report/where/", estate=county.estate.code)
    assert visitor.get(url.replace("building", "check"))["Location"] == url


def test_an_unknown_step_does_not_exist(visitor: Client, county: County) -> None:
    assert visitor.get("/orders/report/nowhere/").status_code == 404


def test_coming_back_goes_on_where_one_stopped(visitor: Client, county: County) -> None:
    url = to_tell(visitor, county)
    assert visitor.get(BEGIN)["Location"] == url
    assert visitor.get(f"{BEGIN}?new=yes")["Location"] == "/orders/report/where/"


def test_an_earlier_answer_can_be_changed_without_losing_the_later_ones(
    visitor: Client, county: County
) -> None:
    check = to_check(visitor, county)
    change = check.replace("check", "about") + "&change=yes"
    assert press(visitor, change, category="0506") == check
    send(visitor, check)
    assert Complaint.objects.get().category.code == "0506"


def test_two_reports_begun_in_two_tabs_do_not_mix(visitor: Client, county: County) -> None:
    first = to_check(visitor, county, description="the first")
    second = to_check(visitor, county, description="the second")
    send(visitor, first)
    assert Complaint.objects.get().statements.get(kind="description").text == "the first"
    assert "the second" in visitor.get(second).content.decode()


def test_signing_in_half_way_keeps_everything(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    url = to_tell(visitor, county)
    visitor.post(url, {"description": "dirty", "photos": [photo()]})
    visitor.post(
        "/account/sign-in/", {"username": "resident", "password": "lantern-and-plum-7", "next": url}
    )
    you = press(visitor, url, description="dirty")
    assert visitor.get(you).context["form"].initial["name"] == "陈晓梅"
    send(visitor, press(visitor, you, account="yes"))
    order = Complaint.objects.get()
    assert order.reporter == people["resident"]
    assert order.photos.count() == 1


# --- Sending -----------------------------------------------------------------------------


def test_a_double_click_reports_once(visitor: Client, county: County) -> None:
    check = to_check(visitor, county)
    first, second = (send(visitor, check, "a-token-nobody-guesses") for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_a_report_already_sent_cannot_be_sent_again_with_a_fresh_form(
    visitor: Client, county: County
) -> None:
    check = to_check(visitor, county)
    send(visitor, check)
    answer = send(visitor, check)
    assert answer["Location"] == "/orders/report/where/"
    assert Complaint.objects.count() == 1


def test_a_photo_swept_away_meanwhile_is_said_with_the_way_back(
    visitor: Client, county: County
) -> None:
    check = to_check(visitor, county, photos=[photo()])
    Photo.objects.all().delete()
    page = send(visitor, check)
    assert page.status_code == 400
    [(sentence, url)] = page.context["wrong"]
    assert sentence == "One of the photos is no longer there. Please add it again."
    press(visitor, url, description="Rubbish in the corridor")
    assert send(visitor, check).status_code == 302


def test_the_sixth_report_without_an_account_within_an_hour_waits_and_loses_nothing(
    visitor: Client, county: County, clock: Pretended
) -> None:
    for _report in range(5):
        send(visitor, to_check(visitor, county))
    check = to_check(visitor, county)
    page = send(visitor, check)
    assert page.status_code == 429
    assert "Sign in to report now" in page.content.decode()
    assert Complaint.objects.count() == 5
    clock.forward(minutes=61)
    assert send(visitor, check).status_code == 302


def test_the_limit_is_kept_as_a_digest_of_the_address_only(visitor: Client, county: County) -> None:
    send(visitor, to_check(visitor, county))
    [row] = AuditEntry.objects.filter(verb="report_anonymous")
    assert len(row.target) == 64
    assert "127.0.0.1" not in str(row.__dict__)


def test_an_account_is_not_held_to_the_limit_of_strangers(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    visitor.force_login(people["resident"], backend=BACKEND)
    for _report in range(6):
        assert send(visitor, to_check(visitor, county, account="yes")).status_code == 302


def test_a_find_on_patrol_is_marked_so(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    visitor.force_login(people["grid_worker"], backend=BACKEND)
    url = press(visitor, to_tell(visitor, county), description="dirty")
    send(visitor, press(visitor, url, account="yes", patrol="on"))
    assert Complaint.objects.get().source == Source.PATROL


def test_a_report_costs_the_same_few_questions_whatever_is_there_already(
    visitor: Client, county: County
) -> None:
    costs = []
    for _report in range(3):
        check = to_check(visitor, county, building=county.building.code, photos=[photo()])
        with CaptureQueriesContext(connection) as asked:
            send(visitor, check)
        free = ("SAVEPOINT", "RELEASE", "BEGIN")
        said = [q["sql"] for q in asked.captured_queries]
        costs.append(len([q for q in said if not q.startswith(free) and "django_session" not in q]))
    # 2 for answering once, 3 for the answers, 4 for the limit of strangers, the rest the verb's.
    assert costs[0] == costs[1] == costs[2] <= 23
