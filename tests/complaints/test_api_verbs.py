"""Every verb through the API: done, and refused in the right order."""

from typing import Any

import pytest

from accounts.actors import Reporter
from accounts.models import User
from common.codes import digest, new_secret
from communities.models import Body
from complaints.api.verbs import DOORS
from complaints.models import Category, Complaint, Event
from complaints.permissions import OFFERED, parties
from complaints.workflow import STEPS, Party, Status, Verb
from tests.complaints.walks import (
    DOING,
    FIRST,
    again,
    complaint_at,
    do,
    fresh,
    report,
    twin,
    untouched,
)
from tests.doors import COMPLAINTS, picture, program
from tests.factories import County
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
KEY = {"Idempotency-Key": "a-key-that-nobody-else-can-guess"}


def plain(words: dict[str, Any]) -> dict[str, Any]:
    """Words for a verb as a program says them: codes, references and public ids."""
    return {name: _plain(value) for name, value in words.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Body | Category):
        return value.code
    if isinstance(value, Complaint):
        return value.reference
    return str(value.public_id) if isinstance(value, User) else value


def act(user: User | None, order: Complaint, verb: str, body: Any = None, **headers: str) -> Any:
    path = f"{COMPLAINTS}{order.reference}/{verb}/"
    return program(user, **headers).post(path, body or {})


def ready(verb: Verb, county: County, people: People) -> Complaint:
    """An order at the first status, in the order of the law, from which this verb is open."""
    source = next(status for status in Status if status in STEPS[verb].sources)
    order = complaint_at(source, county, people)
    return do(FIRST[verb], order, county, people) if verb in FIRST else order


def usual(verb: Verb, order: Complaint, county: County, people: People) -> tuple[User, Any]:
    """Who does this verb usually, and with what words."""
    who, words = DOING[verb]
    actor = who(order, county, people)
    assert isinstance(actor, User)
    return actor, plain(words(order, county, people))


def test_every_verb_that_a_page_offers_has_a_door(db: None) -> None:
    assert set(DOORS) == set(OFFERED)


@pytest.mark.parametrize("verb", list(DOORS))
def test_each_verb_is_done_and_the_order_comes_back(
    county: County, people: People, verb: Verb
) -> None:
    order = ready(verb, county, people)
    actor, words = usual(verb, order, county, people)
    answer = act(actor, order, verb, words)
    assert answer.status_code == 200, answer.content.decode()
    last = Event.objects.filter(complaint=order).exclude(verb="late").last()
    assert last is not None
    assert (last.verb, last.actor_id) == (verb, actor.pk)
    assert answer.json()["reference"] == order.reference
    assert answer.json()["status"] == again(order).status
    seen = bool(parties(fresh(actor), again(order)))
    assert ("events" in answer.json()) == seen


@pytest.mark.parametrize("verb", list(DOORS))
def test_refusals_come_in_order_whatever_the_body_says(
    county: County, people: People, verb: Verb
) -> None:
    order = ready(verb, county, people)
    actor, _words = usual(verb, order, county, people)
    nonsense = {"handler": "?", "solved": "?", "nothing": 1, "into": "?", "photos": "?"}
    with untouched(order):
        assert act(None, order, verb, nonsense).status_code == 404
        assert act(people["neighbour"], order, verb, nonsense).status_code == 404
        assert act(people["far_dispatcher"], order, verb, nonsense).status_code == 404
        # The branch secretary sees the order and may do nothing.
        refused = act(people["branch"], order, verb, nonsense)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
        assert act(actor, order, verb, nonsense).status_code == 400


@pytest.mark.parametrize("verb", list(DOORS))
def test_a_verb_that_is_over_is_refused_before_its_words(
    county: County, people: People, verb: Verb
) -> None:
    gone = Status.WITHDRAWN
    order = complaint_at(gone, county, people, kind="repair")
    actor, _words = usual(verb, order, county, people)
    with untouched(order):
        refused = act(actor, order, verb, {"nothing": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert refused.json()["message"]


@pytest.mark.parametrize("verb", ["report", "close_unrated", "claim", "delete", "Accept", "%00"])
def test_a_verb_that_is_none_is_not_found(county: County, people: People, verb: str) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    with untouched(order):
        answer = act(people["manager"], order, verb)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["dispatcher", "manager", "administrator"])
def test_nothing_is_done_by_looking(county: County, people: People, name: str) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    with untouched(order):
        for verb in DOORS:
            path = f"{COMPLAINTS}{order.reference}/{verb}/"
            assert program(people[name]).get(path).status_code == 405


# --- What a verb is told -------------------------------------------------------------------

WRONG: list[tuple[Verb, dict[str, Any], str]] = [
    (Verb.DISPATCH, {}, "handler"),
    (Verb.DISPATCH, {"handler": "nobody"}, "handler"),
    (Verb.DISPATCH, {"handler": None}, "handler"),
    (Verb.REDISPATCH, {"handler": 3}, "handler"),
    (Verb.ACCEPT, {"repairer": "00000000-0000-0000-0000-000000000000"}, "repairer"),
    (Verb.ACCEPT, {"repairer": "x"}, "repairer"),
    (Verb.ACCEPT, {"note": "长" * 5001}, "note"),
    (Verb.RETURN_ORDER, {"reason": "lazy"}, "reason"),
    (Verb.RETURN_ORDER, {}, "reason"),
    (Verb.ATTEND, {"note": " "}, "note"),
    (Verb.HANDLE, {"outcome": "perhaps", "note": "x"}, "outcome"),
    (Verb.HANDLE, {"outcome": "cannot", "note": "x"}, "reason"),
    (Verb.HANDLE, {"outcome": "solved"}, "note"),
    (Verb.HANDLE, {"outcome": "solved", "note": "x", "photos": ["1"]}, "photos.0"),
    (Verb.SEND_BACK, {}, "note"),
    (Verb.ANSWER, {"note": ""}, "note"),
    (Verb.ANSWER_DIRECTLY, {}, "note"),
    (Verb.REFER_UP, {}, "note"),
    (Verb.REFUSE, {"reason": "boring", "note": "x"}, "reason"),
    (Verb.REFUSE, {"reason": "outside"}, "note"),
    (Verb.MERGE, {"into": "9901-7K3M-9QX2-F"}, "into"),
    (Verb.MERGE, {"into": "\0"}, "into"),
    (Verb.RATE, {"satisfaction": 5}, "solved"),
    (Verb.RATE, {"solved": True}, "satisfaction"),
    (Verb.RATE, {"solved": True, "satisfaction": 6}, "satisfaction"),
    (Verb.RATE, {"solved": True, "satisfaction": 0}, "satisfaction"),
    (Verb.RATE, {"solved": True, "satisfaction": 3, "tags": ["evil"]}, "tags.0"),
    (Verb.RECORD_CALLBACK, {"satisfaction": 3}, "solved"),
    (Verb.REOPEN, {"reason": ""}, "reason"),
    (Verb.SUPPLEMENT, {}, "note"),
    (Verb.ADD_NOTE, {}, "note"),
    (Verb.WITHDRAW, {"sure": True}, "sure"),
    (Verb.URGE, {"by": "resident"}, "by"),
]


@pytest.mark.parametrize(("verb", "words", "field"), WRONG)
def test_what_a_verb_cannot_take_is_said_at_its_field(
    county: County, people: People, verb: Verb, words: dict[str, Any], field: str
) -> None:
    order = ready(verb, county, people)
    actor, _usual = usual(verb, order, county, people)
    with untouched(order):
        refused = act(actor, order, verb, words)
    assert refused.status_code == 400, refused.content.decode()
    assert list(refused.json()["fields"]) == [field]


def test_an_order_is_dispatched_to_no_body_that_cannot_have_it(
    county: County, people: People
) -> None:
    order = report(county, people)
    for body in (county.rival, county.far_office, county.district_office, county.community_office):
        with untouched(order):
            refused = act(people["dispatcher"], order, "dispatch", {"handler": body.code})
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["handler"])


def test_a_repairer_of_one_s_own_is_sent(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    repairer = people["repairer"]
    assert act(repairer, order, "accept").status_code == 404
    words = {"repairer": str(repairer.public_id)}
    assert act(people["manager"], order, "accept", words).status_code == 200
    assert again(order).repairer == repairer
    assert act(repairer, order, "attend", {"note": "已断电"}).status_code == 200


def test_another_firm_s_repairer_is_not(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    words = {"repairer": str(people["rival"].public_id)}
    refused = act(people["manager"], order, "accept", words)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["repairer"])


def test_an_order_is_merged_only_into_one_that_may_be_seen(county: County, people: People) -> None:
    order = report(county, people)
    hidden = report(county, people, estate=county.far_estate)
    refused = act(people["dispatcher"], order, "merge", {"into": hidden.reference})
    assert list(refused.json()["fields"]) == ["into"]
    original = twin(order, county, people)
    typed = original.reference.lower()
    merged = act(people["dispatcher"], order, "merge", {"into": typed}).json()
    assert (merged["status"], merged["merged_into"]) == ("merged", original.reference)


def test_a_rating_sent_as_a_form_is_not_taken_for_unsolved(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    path = f"{COMPLAINTS}{order.reference}/rate/"
    client = program(people["resident"])
    refused = client.post(path, {"satisfaction": "5"}, format="multipart")
    assert list(refused.json()["fields"]) == ["solved"]
    words = {"satisfaction": "5", "solved": "true", "tags": ["quick", "friendly"]}
    assert client.post(path, words, format="multipart").json()["status"] == "closed"
    rating = order.ratings.get()
    assert (rating.solved, rating.satisfaction, rating.tags) == (True, 5, ["friendly", "quick"])


def test_a_reason_and_a_note_go_together_when_reopening(county: County, people: People) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    answer = act(people["resident"], order, "reopen", {"reason": "又不亮了", "note": "四楼也是"})
    assert answer.json()["status"] == "recheck"
    assert answer.json()["events"][-1]["text"] == "又不亮了\n四楼也是"


@pytest.mark.parametrize("verb", [Verb.INSPECT, Verb.ATTEND, Verb.HANDLE, Verb.SUPPLEMENT])
def test_photos_go_with_a_verb(county: County, people: People, verb: Verb) -> None:
    order = ready(verb, county, people)
    actor, words = usual(verb, order, county, people)
    client = program(actor)
    ahead = client.post("/api/v1/photos/", {"photo": picture()}, format="multipart").json()
    path = f"{COMPLAINTS}{order.reference}/{verb}/"
    sent = {**words, "photos": [ahead["id"], picture()]}
    answer = client.post(path, sent, format="multipart")
    assert len(answer.json()["photos"]) == 2
    assert ahead["id"] in [photo["id"] for photo in answer.json()["photos"]]
    assert len(answer.json()["events"][-1]["photos"]) == 2


# --- Whose order ---------------------------------------------------------------------------


def test_an_order_that_its_verb_hides_is_answered_by_name_alone(
    county: County, people: People
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    answer = act(people["manager"], order, "return_order", {"reason": "not_ours"})
    assert answer.status_code == 200
    assert answer.json() == {"reference": order.reference, "status": "reported"}


def test_the_holder_of_a_secret_judges_without_an_account(county: County, people: People) -> None:
    secret = new_secret()
    order = complaint_at(
        Status.ANSWERED, county, people, reporter=Reporter(digest(secret)), kind="complaint"
    )
    words = {"solved": False, "satisfaction": 1}
    with untouched(order):
        wrong = act(None, order, "rate", words, **{"X-Tracking-Secret": new_secret()})
        assert wrong.status_code == 404
        stranger = act(None, order, "answer", {}, **{"X-Tracking-Secret": secret})
        assert stranger.status_code == 403
    answer = act(None, order, "rate", words, **{"X-Tracking-Secret": secret})
    assert answer.json()["status"] == "recheck"
    last = Event.objects.filter(complaint=order).last()
    assert last is not None
    assert (last.actor_kind, last.party) == ("reporter", Party.REPORTER)


def test_a_verb_sent_twice_is_done_once(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    first = act(people["manager"], order, "accept", **KEY)
    # The same token: another one would be another sender.
    path = f"{COMPLAINTS}{order.reference}/accept/"
    client = program(people["manager"], **KEY)
    before = client.post(path, {})
    assert (first.status_code, before.status_code) == (200, 409)
    other = complaint_at(Status.DISPATCHED, county, people)
    path = f"{COMPLAINTS}{other.reference}/accept/"
    replies = [client.post(path, {}) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()
    assert Event.objects.filter(complaint=other, verb="accept").count() == 1


def test_urging_twice_a_day_is_refused_with_the_reason(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(MONDAY)
    order = report(county, people)
    assert act(people["resident"], order, "urge").status_code == 200
    refused = act(people["resident"], order, "urge")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    clock.forward(days=1)
    assert act(people["resident"], order, "urge").status_code == 200


def test_what_somebody_else_did_first_is_told(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    do(Verb.ACCEPT, order, county, people)
    refused = act(people["manager"], order, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert again(order).get_status_display() in refused.json()["message"]


@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.ANSWER, Verb.RATE])
def test_a_session_without_its_token_does_nothing(
    county: County, people: People, verb: Verb
) -> None:
    from rest_framework.test import APIClient

    order = ready(verb, county, people)
    actor, words = usual(verb, order, county, people)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(actor, backend="accounts.backends.PhoneOrName")
    with untouched(order):
        answer = client.post(f"{COMPLAINTS}{order.reference}/{verb}/", words)
    assert answer.status_code == 403
