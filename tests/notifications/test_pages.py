"""One's notices: each kind has its sentence; opening one marks it read."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import User
from common.now import now
from complaints.actions._tell import TOLD
from complaints.workflow import Rung, Stage, Status
from notifications import actions
from notifications.models import Channel, Notification
from notifications.wording import sentence_of
from tests.complaints import walks
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
REFERENCE = "9901-7K3M-9QX2-F"
FOLDER = Path(settings.BASE_DIR) / "templates" / "notifications" / "kinds"
NUMBER = "督〔2026〕12号"
SEAT = "枫园小区"
# Said to chat groups, about nothing that has a name.
GROUP_KINDS = {"robot_hello"}
KINDS = sorted({path.stem for path in FOLDER.glob("*.txt")} - GROUP_KINDS)


@pytest.fixture
def resident(client: Client, people: dict[str, User]) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["resident"], backend=BACKEND)
    return client


def notice(to: User, key: str = "event:1", **more: Any) -> Notification:
    facts = {"reference": REFERENCE, "status": "answered"}
    given = {"kind": "order_answer", "facts": facts, "channel": Channel.IN_APP, "key": key} | more
    given = {"created_at": now(), "delivered_at": now()} | given
    return Notification.objects.create(to=to, **given)


# --- Sentences ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_has_one_plain_sentence_with_the_reference(kind: str, language: str) -> None:
    for status in (Status.RECHECK, Status.CLOSED):
        facts = {
            "reference": REFERENCE,
            "number": NUMBER,
            "status": status.value,
            "stage": "inspect",
            "rung": "desk",
            "due_at": "2026-03-02T12:00:00+08:00",
            "ends_at": "2026-03-02T12:00:00+08:00",
            "office": "grid_worker",
            "name": "林小桥",
            "period": "2026年第一季度",
            "deductions": 2,
            "count": 2,
            "list": "black",
            "verb": "publish",
            "advice": "vote",
            "result": "followed",
            **dict.fromkeys(("seat", "place", "estate", "firm", "committee", "standard"), SEAT),
            **dict.fromkeys(("day", "from_on", "until_on", "last_day", "notice_by"), "2026-03-02"),
        }
        with translation.override(language):
            said = sentence_of(Notification(kind=kind, facts=facts))
        assert REFERENCE in said or NUMBER in said or SEAT in said
        assert "2026-03-02" not in said, "a date is written as people write it"
        assert said[-1] in ".。"
        assert not re.search(r"[{}%<>]|None|  ", said)


def test_no_sentence_is_left_without_a_kind_that_is_told() -> None:
    told = {f"order_{verb.value}" for verb in TOLD}
    root = Path(settings.BASE_DIR)
    apps = ("notifications", "communities", "complaints", "ratings")
    sources = [path for app in apps for path in root.glob(f"{app}/**/*.py")]
    source = "".join(path.read_text("utf-8") for path in sources)
    kinds = {path.stem for path in FOLDER.glob("*.txt")}
    assert [kind for kind in sorted(kinds - told) if f'"{kind}"' not in source] == []


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("rung", list(Rung))
def test_a_late_notice_says_what_was_due_when_and_how_far_it_has_gone(
    stage: Stage, rung: Rung
) -> None:
    facts = {
        "reference": REFERENCE,
        "stage": stage.value,
        "rung": rung.value,
        "due_at": "2026-03-02T12:00:00+08:00",
    }
    with translation.override("en"):
        said = sentence_of(Notification(kind="order_late", facts=facts))
    assert "2 Mar 2026, 12:00" in said
    assert ("subdistrict" in said) == (rung == Rung.SUBDISTRICT)
    assert ("district." in said) == (rung in {Rung.SUBDISTRICT, Rung.DISTRICT})


# --- The list ----------------------------------------------------------------------------


def test_a_notice_says_what_it_is_about_in_the_readers_language(
    resident: Client, county: County, people: dict[str, User]
) -> None:
    order = walks.complaint_at(Status.ANSWERED, county, people)
    actions.deliver_pending()
    page = resident.get("/notices/").content.decode()
    assert f"{order.category.name_en} · {county.estate.name}" in page
    resident.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = resident.get("/notices/").content.decode()
    assert f"{order.category.name_zh} · {county.estate.name}" in page


def test_the_newest_comes_first_and_what_is_unread_says_so(
    resident: Client, people: dict[str, User], clock: Pretended
) -> None:
    old = notice(people["resident"], "event:1", read_at=clock.moment)
    clock.forward(minutes=5)
    new = notice(people["resident"], "event:2")
    page = resident.get("/notices/")
    assert [(line.id, line.unread) for line in page.context["lines"]] == [
        (new.pk, True),
        (old.pk, False),
    ]
    assert page.content.decode().count('<span class="tag">unread</span>') == 1


def test_nobody_reads_another_persons_notices(resident: Client, people: dict[str, User]) -> None:
    theirs = notice(people["neighbour"])
    assert resident.get("/notices/").context["lines"] == []
    assert resident.post("/notices/read/", {"id": theirs.pk}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_what_has_not_left_yet_and_what_went_by_mail_is_not_listed(
    resident: Client, people: dict[str, User]
) -> None:
    notice(people["resident"], "event:1", delivered_at=None)
    notice(people["resident"], "event:2", channel=Channel.EMAIL)
    assert resident.get("/notices/").context["lines"] == []


def test_an_empty_list_says_what_will_come(resident: Client) -> None:
    assert "No notices yet" in resident.get("/notices/").content.decode()


def test_opening_a_notice_marks_it_read_and_shows_what_it_is_about(
    resident: Client, people: dict[str, User]
) -> None:
    mine, other = notice(people["resident"], "event:1"), notice(people["resident"], "event:2")
    answer = resident.post("/notices/read/", {"id": mine.pk})
    assert answer["Location"] == f"/orders/{REFERENCE}/"
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.read_at is not None, other.read_at) == (True, None)


@pytest.mark.parametrize("wrong", ["0", "x", "-1", "9" * 30, "²"])
def test_a_notice_that_is_not_there_does_not_exist(resident: Client, wrong: str) -> None:
    assert resident.post("/notices/read/", {"id": wrong}).status_code == 404


def test_all_are_marked_read_at_once(resident: Client, people: dict[str, User]) -> None:
    notice(people["resident"], "event:1")
    notice(people["resident"], "event:2")
    theirs = notice(people["neighbour"])
    assert resident.post("/notices/read/")["Location"] == "/notices/"
    assert not Notification.objects.filter(to=people["resident"], read_at=None).exists()
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_looking_does_not_mark_anything_read(resident: Client, people: dict[str, User]) -> None:
    notice(people["resident"])
    resident.get("/notices/")
    assert resident.get("/notices/read/").status_code == 405
    assert Notification.objects.get().read_at is None


def test_many_notices_come_in_pages(
    resident: Client, people: dict[str, User], clock: Pretended
) -> None:
    made = []
    for number in range(23):
        made.append(notice(people["resident"], f"event:{number}").pk)
        clock.forward(minutes=number % 2)  # some at the same moment
    first = resident.get("/notices/")
    second = resident.get("/notices/" + first.context["next_url"])
    found = [line.id for page in (first, second) for line in page.context["lines"]]
    assert sorted(found) == sorted(made)
    assert len(first.context["lines"]) == 20


def test_the_bell_counts_what_is_unread(resident: Client, people: dict[str, User]) -> None:
    assert "bell-count" not in resident.get("/notices/bell/").content.decode()
    notice(people["resident"])
    bell = resident.get("/notices/bell/").content.decode()
    assert re.search(r'bell-count">\s*1<', bell)
    assert "<html" not in bell


@pytest.mark.parametrize("path", ["/notices/", "/notices/bell/"])
def test_notices_ask_who_one_is(client: Client, county: County, path: str) -> None:
    assert client.get(path)["Location"] == f"/account/sign-in/?next={path}"


def test_a_moment_in_the_facts_is_told_in_shanghai_time() -> None:
    facts = {"reference": REFERENCE, "stage": "handle", "due_at": "2026-03-01T16:00:00+00:00"}
    with translation.override("en"):
        said = sentence_of(Notification(kind="order_late", facts=facts))
    assert "Sun 1 Mar 2026, 24:00" in said
