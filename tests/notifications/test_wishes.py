"""The page of wishes: what reaches one where, when it is quiet, and one's own WeChat."""

from datetime import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as portal
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry, User
from common.errors import Invalid
from notifications import actions
from notifications.channels import Permanent, wechat
from notifications.kinds import group_of
from notifications.models import Channel, ContactPoint, Group, Preference, QuietHours
from notifications.reach import reach_of
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
PAGE = "/notices/wishes/"
BACKEND = "accounts.backends.PhoneOrName"


@pytest.fixture
def resident(people: dict[str, User], clock: Pretended) -> User:
    return people["resident"]


@pytest.fixture
def visitor(client: Client, resident: User) -> Client:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(resident, backend=BACKEND)
    return client


def wishes(**more: Any) -> dict[str, Any]:
    usual = {group: ["email"] for group in Group.values}
    return {**usual, "quiet_from": "", "quiet_until": "", **more}


def checked(page: Any, group: str) -> list[str]:
    return [str(box.data["value"]) for box in page.context["form"][group] if box.data["selected"]]


def test_the_page_shows_what_holds_without_a_wish(visitor: Client) -> None:
    page = visitor.get(PAGE)
    assert checked(page, "work") == ["email"]
    assert "E-mail – no address yet" in page.content.decode()


def test_wechat_can_be_chosen_where_it_can_be_connected(
    visitor: Client, resident: User, settings: Settings
) -> None:
    assert "WeChat" not in visitor.get(PAGE).content.decode()
    settings.WECHAT_APP_ID = "wx1"
    assert checked(visitor.get(PAGE), "work") == ["wechat", "email"]
    settings.WECHAT_APP_ID = ""
    actions.bind_wechat("o-1", by=resident)
    assert checked(visitor.get(PAGE), "work") == ["wechat", "email"]


def test_what_one_has_had_notices_of_is_asked_first(visitor: Client, resident: User) -> None:
    def asked_first() -> list[str]:
        return [field.name for field in visitor.get(PAGE).context["form"].usual]

    assert asked_first() == ["mine", "news"]
    actions.notify([resident.pk], kind="order_late", facts={}, key="late:1:0", at=MONDAY)
    actions.deliver_pending()
    assert asked_first() == ["mine", "late", "news"]
    others = [field.name for field in visitor.get(PAGE).context["form"].others]
    assert others == ["work", "supervision"]


def test_wishes_are_kept_and_shown_again(visitor: Client, resident: User) -> None:
    answer = visitor.post(PAGE, wishes(late=["sms"], quiet_from="22:00", quiet_until="07:00"))
    assert answer["Location"] == PAGE
    page = visitor.get(PAGE)
    assert checked(page, "late") == ["sms"]
    assert 'value="22:00"' in page.content.decode()
    reach = reach_of([resident])[resident.pk]
    assert (reach.wants("late", "sms"), reach.wants("late", "email")) == (True, False)
    assert reach.quiet == (time(22), time(7))


def test_everything_can_be_switched_off_and_on_again(visitor: Client, resident: User) -> None:
    visitor.post(PAGE, {"quiet_from": "", "quiet_until": ""})
    assert not Preference.objects.filter(wanted=True).exists()
    visitor.post(PAGE, wishes())
    assert not reach_of([resident])[resident.pk].wants("work", "sms")
    assert reach_of([resident])[resident.pk].wants("work", "email")
    assert Preference.objects.count() == len(Group) * 2


def test_quiet_hours_are_taken_back(visitor: Client) -> None:
    visitor.post(PAGE, wishes(quiet_from="22:00", quiet_until="07:00"))
    visitor.post(PAGE, wishes())
    assert not QuietHours.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        ("22:00", "", "quiet_until"),
        ("", "07:00", "quiet_from"),
        ("22:00", "22:00", "quiet_until"),
        ("25:00", "07:00", "quiet_from"),
    ],
)
def test_quiet_hours_that_are_none_are_named_and_nothing_is_kept(
    begins: str, ends: str, wrong: str, visitor: Client
) -> None:
    page = visitor.post(PAGE, wishes(quiet_from=begins, quiet_until=ends, work=["sms"]))
    assert list(page.context["form"].errors) == [wrong]
    assert checked(page, "work") == ["sms"], "what was chosen is still there"
    assert not Preference.objects.exists()
    assert not QuietHours.objects.exists()


def test_a_way_that_is_not_offered_cannot_be_chosen(visitor: Client, settings: Settings) -> None:
    settings.CHANNELS = {**settings.CHANNELS, "sms": ""}
    page = visitor.get(PAGE)
    assert "Text message" not in page.content.decode()
    page = visitor.post(PAGE, wishes(work=["sms"]))
    assert list(page.context["form"].errors) == ["work"]
    assert not Preference.objects.exists()


def test_a_wish_kept_for_a_way_that_is_not_offered_now_is_not_lost(
    visitor: Client, resident: User, settings: Settings
) -> None:
    actions.set_wishes({("work", "sms"): True}, quiet=None, by=resident)
    settings.CHANNELS = {**settings.CHANNELS, "sms": ""}
    visitor.post(PAGE, wishes())
    assert Preference.objects.get(group="work", channel="sms").wanted is True


@pytest.mark.parametrize("wish", [("work", "in_app"), ("work", "pigeon"), ("gossip", "email")])
def test_there_is_no_wish_for_what_there_is_not(wish: tuple[str, str], resident: User) -> None:
    """Nor one against the portal itself: it always has every notice."""
    with pytest.raises(Invalid):
        actions.set_wishes({wish: False}, quiet=None, by=resident)
    assert not Preference.objects.exists()


def test_wishes_are_ones_own(visitor: Client, resident: User, people: dict[str, User]) -> None:
    actions.set_wishes({("work", "email"): False}, quiet=None, by=people["neighbour"])
    assert checked(visitor.get(PAGE), "work") == ["email"]


@pytest.mark.parametrize("kind", ["order_dispatch", "order_attend"])
def test_what_reporter_and_handler_are_told_alike_is_work_to_whom_it_is_a_duty(kind: str) -> None:
    assert group_of(kind) == Group.MINE
    assert group_of(kind, duty=True) == Group.WORK


def test_every_kind_stands_in_a_group() -> None:
    assert group_of("order_late") == group_of("order_reminder") == Group.LATE
    assert group_of("supervision_opened", duty=True) == Group.SUPERVISION
    assert group_of("order_report", duty=True) == Group.WORK
    assert group_of("something_new") == Group.NEWS


# --- One's own WeChat --------------------------------------------------------------------


@pytest.fixture
def account(settings: Settings) -> Settings:
    settings.WECHAT_APP_ID = "wx1"
    settings.PUBLIC_URL = "https://portal.example"
    return settings


def begun(visitor: Client) -> str:
    """Off to WeChat; the state it will bring back."""
    there = urlsplit(visitor.get("/notices/wechat/")["Location"])
    assert there.netloc == "open.weixin.qq.com"
    asked = parse_qs(there.query)
    assert asked["redirect_uri"] == ["https://portal.example/notices/wechat/back/"]
    return asked["state"][0]


def test_whoever_comes_back_from_wechat_is_reached_there(
    visitor: Client, resident: User, account: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat, "openid_of", lambda code: f"openid of {code}")
    state = begun(visitor)
    visitor.get("/notices/wechat/back/", {"code": "c1", "state": state})
    point = ContactPoint.objects.get()
    assert (point.user, point.address, point.confirmed_at) == (resident, "openid of c1", MONDAY)
    assert "Disconnect WeChat" in visitor.get(PAGE).content.decode()
    assert AuditEntry.objects.filter(verb="bind_wechat").count() == 1


def test_a_link_that_somebody_else_made_connects_nothing(
    visitor: Client, account: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a stranger could have one's notices sent to their own WeChat."""
    monkeypatch.setattr(wechat, "openid_of", lambda code: "theirs")
    visitor.get("/notices/wechat/back/", {"code": "c1", "state": "made up"})
    state = begun(visitor)
    visitor.get("/notices/wechat/back/", {"code": "c1", "state": f"{state}x"})
    visitor.get("/notices/wechat/back/", {"code": "c1", "state": state})
    assert not ContactPoint.objects.exists(), "a state is used up by the first that comes back"


def test_what_wechat_does_not_know_connects_nothing(
    visitor: Client, account: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_code: str) -> str:
        raise Permanent("wechat 40029")

    monkeypatch.setattr(wechat, "openid_of", refuse)
    answer = visitor.get(
        "/notices/wechat/back/", {"code": "c1", "state": begun(visitor)}, follow=True
    )
    assert "could not be connected" in answer.content.decode()
    assert not ContactPoint.objects.exists()


def test_wechat_can_be_disconnected(visitor: Client, resident: User) -> None:
    actions.bind_wechat("o-1", by=resident)
    visitor.post("/notices/wechat/")
    assert not ContactPoint.objects.exists()
    assert AuditEntry.objects.filter(verb="unbind").count() == 1
    visitor.post("/notices/wechat/")
    assert AuditEntry.objects.filter(verb="unbind").count() == 1


def test_without_a_service_account_nobody_is_sent_to_wechat(visitor: Client) -> None:
    assert visitor.get("/notices/wechat/").status_code == 404
    assert "Connect</a>" not in visitor.get(PAGE).content.decode()


def test_an_address_not_confirmed_reaches_nobody(resident: User) -> None:
    ContactPoint.objects.create(user=resident, channel=Channel.WECHAT, address="o-1")
    assert Channel.WECHAT not in reach_of([resident])[resident.pk].addresses
