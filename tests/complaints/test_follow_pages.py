"""Following reports: by tracking code, by account, and taking over what staff entered."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import Reporter
from accounts.models import AuditEntry, User
from common.codes import digest
from common.errors import TooMany
from complaints import actions
from complaints.models import Complaint
from complaints.workflow import Source
from tests.complaints.walks import report
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
SECRET = "K7M2-P9QX-3RTV-8WYZ-4B6D-HJNC-F0E1"


@pytest.fixture
def visitor(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def order(county: County, people: dict[str, User]) -> Complaint:
    """Reported without an account."""
    return report(county, people, by=Reporter(digest(SECRET)))


def ask(visitor: Client, reference: str, secret: str = SECRET) -> str:
    """What the page says, or where it leads."""
    answer = visitor.post("/orders/track/", {"reference": reference, "secret": secret})
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


# --- By tracking code --------------------------------------------------------------------


def test_reference_and_code_open_the_report(visitor: Client, order: Complaint) -> None:
    assert visitor.get(f"/orders/{order.reference}/").status_code == 404
    assert ask(visitor, order.reference) == f"/orders/{order.reference}/"
    assert visitor.get(f"/orders/{order.reference}/").status_code == 200


def test_how_they_were_typed_does_not_matter(visitor: Client, order: Complaint) -> None:
    typed = order.reference.replace("-", " ").lower(), SECRET.replace("-", "").lower()
    assert ask(visitor, *typed) == f"/orders/{order.reference}/"


def test_a_wrong_code_and_a_report_that_never_was_look_the_same(
    visitor: Client, order: Complaint, people: dict[str, User], county: County
) -> None:
    named = report(county, people).reference  # has no code at all
    pages = {ask(visitor, r, s) for r, s in (
        (order.reference, "wrong"), ("9901-0000-0000-0", SECRET), ("?", SECRET), (named, SECRET),
    )}  # fmt: skip
    sentences = {"There is no report with this reference and this code." in page for page in pages}
    assert sentences == {True}
    assert "secrets" not in visitor.session


def test_the_tenth_wrong_try_within_an_hour_shuts_the_door_for_the_right_one_too(
    visitor: Client, order: Complaint, clock: Pretended
) -> None:
    for _try in range(10):
        ask(visitor, order.reference, "wrong")
    answer = visitor.post("/orders/track/", {"reference": order.reference, "secret": SECRET})
    assert answer.status_code == 429
    assert "Too many wrong tries from here." in answer.content.decode()
    assert "secrets" not in visitor.session
    clock.forward(minutes=61)
    assert ask(visitor, order.reference) == f"/orders/{order.reference}/"


def test_right_tries_are_not_counted(visitor: Client, order: Complaint) -> None:
    for _try in range(11):
        assert ask(visitor, order.reference) == f"/orders/{order.reference}/"
    assert not AuditEntry.objects.filter(verb="track_missed").exists()


def test_an_empty_answer_is_asked_for_in_words(visitor: Client, order: Complaint) -> None:
    page = ask(visitor, "", "")
    assert "Enter the reference." in page
    assert "Enter the tracking code." in page


def test_the_reports_of_this_browser_are_offered(visitor: Client, order: Complaint) -> None:
    ask(visitor, order.reference)
    assert order.reference in visitor.get("/orders/track/").content.decode()
    assert order.reference not in Client().get("/orders/track/").content.decode()


def test_a_report_taken_over_by_its_account_leaves_the_browser(
    visitor: Client, order: Complaint, people: dict[str, User]
) -> None:
    ask(visitor, order.reference)
    Complaint.objects.filter(pk=order.pk).update(reporter=people["resident"], secret_digest="")
    assert visitor.get("/orders/track/").context["orders"] == []
    assert visitor.get(f"/orders/{order.reference}/").status_code == 404


# --- By account --------------------------------------------------------------------------


def test_ones_own_reports_and_nobody_elses(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    mine = report(county, people)
    report(county, people, by=people["neighbour"])
    visitor.force_login(people["resident"], backend=BACKEND)
    assert visitor.get("/orders/mine/").context["orders"] == [mine]


def test_my_reports_ask_who_i_am(visitor: Client) -> None:
    assert visitor.get("/orders/mine/")["Location"] == "/account/sign-in/?next=/orders/mine/"


def test_many_reports_come_in_pages_the_newest_first(
    visitor: Client, county: County, people: dict[str, User], clock: Pretended
) -> None:
    made = []
    for _report in range(23):
        made.append(report(county, people))
        clock.forward(minutes=1)
    visitor.force_login(people["resident"], backend=BACKEND)
    first = visitor.get("/orders/mine/")
    second = visitor.get("/orders/mine/" + first.context["next_url"])
    found = [*first.context["orders"], *second.context["orders"]]
    assert found == made[::-1]
    assert second.context["next_url"] == ""
    back = visitor.get("/orders/mine/" + second.context["previous_url"])
    assert back.context["orders"] == first.context["orders"]


def test_an_empty_list_offers_the_next_step(visitor: Client, people: dict[str, User]) -> None:
    visitor.force_login(people["neighbour"], backend=BACKEND)
    page = visitor.get("/orders/mine/").content.decode()
    assert "You have reported nothing yet" in page
    assert 'href="/orders/report/"' in page


# --- Taking over -------------------------------------------------------------------------


def entered(county: County, people: dict[str, User], phone: str) -> Complaint:
    return report(
        county, people, by=people["dispatcher"], source=Source.PHONE, contact_phone=phone,
        secret_digest=digest(SECRET),
    )  # fmt: skip


def test_what_was_entered_under_ones_number_becomes_ones_own(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    order = entered(county, people, "13900000001")
    entered(county, people, "13900000002")
    visitor.force_login(people["resident"], backend=BACKEND)
    page = visitor.post("/orders/claim/", follow=True)
    assert page.context["orders"] == [Complaint.objects.get(pk=order.pk)]
    assert "1 report is now among yours." in page.content.decode()


def test_nothing_to_take_over_is_said(visitor: Client, people: dict[str, User]) -> None:
    visitor.force_login(people["resident"], backend=BACKEND)
    page = visitor.post("/orders/claim/", follow=True).content.decode()
    assert "No report was entered under your number." in page


def test_an_unconfirmed_number_takes_over_nothing(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    order = entered(county, people, "13900000001")
    User.objects.filter(pk=people["resident"].pk).update(phone_confirmed_at=None)
    visitor.force_login(people["resident"], backend=BACKEND)
    page = visitor.get("/orders/claim/").content.decode()
    assert "/account/phone/?next=/orders/claim/" in page
    assert visitor.post("/orders/claim/").status_code == 403
    order.refresh_from_db()
    assert order.reporter is None


def test_the_limit_of_strangers_asks_by_address(county: County, people: dict[str, User]) -> None:
    for number in range(5):
        actions.report_anonymously(
            by=Reporter(digest(str(number))), address="a" * 64, estate=county.estate,
            category=report(county, people).category, description="x",
        )  # fmt: skip
    with pytest.raises(TooMany):
        actions.check_anonymous("a" * 64)
    actions.check_anonymous("b" * 64)
