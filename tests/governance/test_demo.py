"""The county in use: the same for the same seed, alive at every desk, and nothing leaves it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import AuditEntry, User
from common.codes import new_reference, new_secret
from common.now import pretend
from communities.models import Appointment, Body, Contract, DutyShift, Office, Place
from communities.scope import on_duty
from complaints import queries
from complaints.models import (
    Breach,
    Complaint,
    Contact,
    Deadline,
    Event,
    Photo,
    Rating,
    Statement,
    SupervisionOrder,
    SupervisionStatement,
)
from complaints.supervision import State
from complaints.workflow import Kind, Source, Status, Verb
from governance.demo.chance import Chance, same_every_time, waking
from governance.demo.scenes import SCENES
from governance.demo.signins import ROLES
from governance.demo.topics import TOPICS
from notifications.models import Channel, Notification
from tests.moments import at

pytestmark = pytest.mark.django_db
UNTIL = at("2026-11-20 10:00")
# Every row by what it says, never by its number: numbers go on where others were thrown away.
ROWS: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (User, ("username", "name", "phone", "email", "public_id", "registered_at")),
    (Place, ("code", "kind", "name", "parent__code")),
    (Body, ("code", "kind", "name", "place__code", "duty")),
    (Contract, ("firm__code", "estate__code", "from_on", "until_on")),
    (Appointment, ("user__username", "office", "body__code", "grid__code", "place__code")),
    (
        Complaint,
        ("reference", "kind", "source", "status", "category__code", "place_code", "secret_digest")
        + ("reporter__username", "desk__code", "handler__code", "repairer__username", "alarm_at")
        + ("merged_into__reference", "escalated_level", "reported_at", "closed_at"),
    ),
    (Contact, ("complaint__reference", "name", "phone", "dwelling")),
    (Statement, ("complaint__reference", "kind", "audience", "text", "at")),
    (Event, ("complaint__reference", "verb", "party", "office", "at", "facts", "statement__text")),
    (Deadline, ("complaint__reference", "stage", "round", "due_at", "met_at", "void_at")),
    (Breach, ("deadline__complaint__reference", "deadline__stage", "level", "due_at")),
    (Rating, ("complaint__reference", "round", "solved", "satisfaction", "tags")),
    (Photo, ("public_id", "complaint__reference", "moment", "image", "width", "height")),
    (
        SupervisionOrder,
        ("code", "number", "issued_by__code", "addressed_to__code", "state", "round", "due_at")
        + ("opened_at", "replied_at", "ended_at", "late_round", "alarm_at"),
    ),
    (SupervisionStatement, ("supervision__code", "kind", "text", "at")),
    (Notification, ("to__username", "kind", "facts", "created_at", "delivered_at", "read_at")),
    (DutyShift, ("body__code", "user__username", "deputy__username", "from_at", "a_absent")),
    (AuditEntry, ("verb", "target_kind", "target", "facts", "at")),
)


def digest() -> str:
    """One figure for everything the county says."""
    seen = hashlib.sha256()
    for model, names in ROWS:
        for row in model._base_manager.order_by("pk").values_list(*names):
            seen.update(json.dumps(row, default=str, ensure_ascii=False).encode())
    return seen.hexdigest()


def demo(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def load() -> str:
    return demo("--small", "--orders", "40", "--seed", "1", "--as-of", "2026-11-20T10:00")


@dataclass
class Loaded:
    """What the first of two runs said and left behind; the second is in the database."""

    said: str
    digest: str
    secret: str


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[Loaded]:
    """A small county, loaded twice, thrown away with the module."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        with transaction.atomic():
            first = Loaded(load(), digest(), new_secret())
            transaction.set_rollback(True)
        load()
        yield first
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _media(loaded: Loaded) -> None:
    """The module's pictures, instead of a fresh folder for each test."""


# --- The same again ------------------------------------------------------------------------


def test_the_same_seed_and_moment_give_the_same_county(loaded: Loaded) -> None:
    assert Complaint.objects.count() == 40
    assert digest() == loaded.digest


def test_afterwards_secrets_are_secret_again(loaded: Loaded) -> None:
    assert new_secret() != loaded.secret


def test_seeded_dice_are_thrown_only_inside() -> None:
    def drawn() -> tuple[str, str]:
        with same_every_time(Chance(7), "any-password-1"):
            return new_reference("9901"), new_secret()

    assert drawn() == drawn()
    assert new_reference("9901") != new_reference("9901")


def test_production_throws_no_seeded_dice(settings: Settings) -> None:
    settings.PORTAL_MODE = "production"
    with pytest.raises(RuntimeError), same_every_time(Chance(1), "any-password-1"):
        pass


def test_offices_supervise_what_stays_late(loaded: Loaded) -> None:
    slips = SupervisionOrder.objects.all()
    assert {State.OPEN, State.REPLIED} & {slip.state for slip in slips}
    assert all(slip.supervised.exists() for slip in slips)
    assert not slips.filter(alarm_at__lte=UNTIL).exists(), "the sweep has come to each in time"


# --- What is in it --------------------------------------------------------------------------


def test_somebody_is_on_duty_at_every_desk_this_week_and_the_next(loaded: Loaded) -> None:
    users = dict(User.objects.values_list("pk", "username"))
    desks = set(DutyShift.objects.values_list("body__place", flat=True))
    assert len(desks) > 4
    for day in range(7):
        assert set(on_duty(desks, UNTIL + timedelta(days=day))) == desks
    clerk = Appointment.objects.get(user__username="clerk1", office=Office.COMMUNITY_CLERK)
    district = Place.objects.get(kind="district")
    assert clerk.body is not None
    found = on_duty([clerk.body.place_id, district.pk], UNTIL)
    assert {users[pk] for pks in found.values() for pk in pks} == {"clerk1", "district1"}
    assert DutyShift.objects.filter(a_absent=True).count() == 1


def test_every_status_kind_and_ladder_is_there(loaded: Loaded) -> None:
    assert set(Complaint.objects.values_list("status", flat=True)) == set(Status)
    assert {Kind.COMPLAINT, Kind.REPAIR} <= set(Complaint.objects.values_list("kind", flat=True))
    sources = set(Complaint.objects.values_list("source", flat=True))
    assert {Source.WEB, Source.QR} <= sources
    assert sources & {Source.PHONE, Source.WALK_IN, Source.CHAT}
    assert Breach.objects.filter(level__gte=2).exists()
    assert Rating.objects.filter(solved=False).exists()


def test_nothing_happens_after_the_moment_it_is_told_up_to(loaded: Loaded) -> None:
    last = Event.objects.aggregate(last=models.Max("at"))["last"]
    assert UNTIL - timedelta(hours=1) < last < UNTIL + timedelta(seconds=1)
    assert not Complaint.objects.filter(alarm_at__lt=UNTIL).exists()


def test_something_is_late_and_something_will_be_within_hours(loaded: Loaded) -> None:
    assert Complaint.objects.open().overdue(UNTIL).exists()
    soon = UNTIL + timedelta(hours=3)
    assert Complaint.objects.open().filter(next_due_at__gt=UNTIL, next_due_at__lt=soon).exists()


@pytest.mark.parametrize("username", ["clerk1", "grid1", "subdistrict1", "secretary1"])
def test_who_has_a_queue_finds_something_in_it(loaded: Loaded, username: str) -> None:
    with pretend(UNTIL):
        assert queries.queue(User.objects.get(username=username)).exists()


def test_firm_and_resident_find_their_orders(loaded: Loaded) -> None:
    with pretend(UNTIL):
        assert queries.orders_of_handler(User.objects.get(username="manager1")).exists()
        assert queries.my_reports(User.objects.get(username="resident1")).exists()


def test_an_accusation_never_meets_the_community_or_a_firm(loaded: Loaded) -> None:
    accusations = Complaint.objects.filter(bypasses_community=True)
    assert accusations.exists()
    assert not accusations.filter(confidential=False).exists()
    assert not accusations.exclude(handler=None).exists()
    assert set(accusations.values_list("desk__kind", flat=True)) == {"subdistrict"}


def test_a_desk_that_nobody_holds_is_acted_for(loaded: Loaded) -> None:
    vacant = Place.objects.get(name="豆棚社区")
    assert not Appointment.objects.filter(
        body__place=vacant, office__in=[Office.COMMUNITY_CLERK, Office.COMMUNITY_SECRETARY]
    ).exists()
    told = Event.objects.filter(complaint__desk=vacant, party="desk").exclude(verb=Verb.REPORT)
    assert told.exists()
    assert all(event.facts.get("acted_for") == vacant.name for event in told)


def test_a_manager_who_is_a_grid_worker_acts_as_the_firm_where_it_serves(loaded: Loaded) -> None:
    both = User.objects.get(username="manager2")
    held = set(both.appointments.values_list("office", flat=True))
    assert held == {Office.FIRM_MANAGER, Office.GRID_WORKER}
    served = Contract.objects.filter(firm__appointment__user=both).values("estate")
    mine = Event.objects.filter(actor_id=both.pk, complaint__estate__in=served)
    assert not mine.filter(party="grid").exists()


def test_no_text_or_fact_tells_who_reported(loaded: Loaded) -> None:
    texts = [
        *Statement.objects.values_list("text", flat=True),
        *(json.dumps(f, ensure_ascii=False) for f in Event.objects.values_list("facts", flat=True)),
    ]
    for name, phone in Contact.objects.values_list("name", "phone"):
        for word in filter(None, (name, phone)):
            assert not [text for text in texts if word in text]


def test_every_photo_belongs_to_an_order_and_can_be_opened(loaded: Loaded) -> None:
    assert Photo.objects.exists()
    for photo in Photo.objects.select_related("event"):
        assert photo.event is not None and photo.complaint_id == photo.event.complaint_id
        assert default_storage.exists(str(photo.image))
        assert default_storage.exists(str(photo.thumbnail))


# --- Nothing leaves it ----------------------------------------------------------------------


def test_every_notice_has_arrived_and_none_leaves(loaded: Loaded) -> None:
    notices = Notification.objects.all()
    assert notices.exists()
    assert not notices.filter(delivered_at=None).exists()
    assert not notices.exclude(next_try_at=None).exists()
    assert not notices.exclude(channel=Channel.IN_APP).exists()
    assert notices.filter(read_at=None).exists()
    assert not notices.filter(read_at=None, created_at__lt=UNTIL - timedelta(days=2)).exists()
    assert not User.objects.exclude(email="").exists()
    assert not User.objects.exclude(phone__startswith="154").exists()


# --- Signing in ------------------------------------------------------------------------------


def test_the_sign_ins_work_and_say_what_each_holds(loaded: Loaded) -> None:
    listed = json.loads(demo("--sign-ins"))
    assert {row["role"]: row["username"] for row in listed} == dict(ROLES)
    for row in listed:
        user = User.objects.get(username=row["username"])
        assert check_password(row["password"], user.password)
        assert len(row["offices"]) == user.appointments.count()
    offices = {row["username"]: row["offices"] for row in listed}
    assert offices["manager2"] == [
        "物业项目经理（霁川暖檐物业服务有限公司）",
        "网格员（榆钱第一网格）",
    ]
    assert offices["resident1"] == []
    assert listed[0]["password"] in loaded.said


# --- Refusals --------------------------------------------------------------------------------


def test_a_database_with_people_is_left_alone(loaded: Loaded) -> None:
    before = digest()
    with pytest.raises(CommandError, match="needs an empty one") as refusal:
        demo("--small")
    assert refusal.value.returncode == 1
    assert digest() == before


def test_production_is_never_given_a_county(settings: Settings) -> None:
    settings.PORTAL_MODE = "production"
    for words in ([], ["--sign-ins"]):
        with pytest.raises(CommandError, match="never loaded in production"):
            demo(*words)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--as-of", "tomorrow"], "a moment such as"),
        (["--as-of", "2300-01-01T00:00"], "from 2021 to"),
        (["--orders", "0"], "--orders must be from"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        demo(*words)
    assert refusal.value.returncode == 1


def test_without_a_county_nobody_can_sign_in(loaded: Loaded) -> None:
    User.objects.update(username=models.functions.Concat("username", models.Value("-gone")))
    with pytest.raises(CommandError, match="has not been loaded"):
        demo("--sign-ins")


# --- The parts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-02 10:00", 30, "2026-03-02 10:30"),
        ("2026-03-02 21:30", 60, "2026-03-03 08:00"),
        ("2026-03-02 23:10", 15, "2026-03-03 07:45"),
        ("2026-03-03 03:00", 15, "2026-03-03 07:45"),
        ("2026-03-02 08:00", 29 * 60, "2026-03-04 08:00"),
    ],
)
def test_nights_do_not_count_for_those_who_sleep(start: str, minutes: float, end: str) -> None:
    assert waking(at(start).astimezone(UTC), minutes) == at(end)


def test_every_topic_has_words_for_all_it_needs_and_a_picture_there_is() -> None:
    places = {"b": "1栋", "e": "2单元", "f": "三", "n": "两"}
    for code, topic in TOPICS.items():
        assert topic.what and topic.seen and topic.done and topic.about, code
        assert topic.scene in {"", *SCENES}, code
        for text in (*topic.what, *topic.spot, *topic.seen, *topic.done):
            assert "{" not in text.format(**places)
