"""Every page speaks one language: Chinese without English words, English without Chinese ones."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from accounts.models import User
from communities.models import Body, Grid, Place
from complaints import actions
from complaints.models import Statement, SupervisionOrder, SupervisionStatement
from complaints.supervision import State
from complaints.workflow import Status, Verb
from tests.complaints.slips import slip_at
from tests.complaints.walks import NORMAL, category, complaint_at, do, report
from tests.nets.visitors import NOBODY, Visitor, visitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase

    from complaints.models import Complaint
    from tests.factories import County
    from tests.moments import Pretended

pytestmark = pytest.mark.slow

READERS = ("", "resident", "dispatcher", "grid_worker", "manager", "subdistrict", "district")
# One order's day with nearly everything that can be done to it.
BUSY = (
    Verb.ADD_NOTE,
    Verb.SUPPLEMENT,
    Verb.URGE,
    Verb.RETURN_ORDER,
    Verb.INSPECT,
    Verb.DISPATCH,
    Verb.REDISPATCH,
    Verb.ACCEPT,
    Verb.ATTEND,
    Verb.REFER_UP,
)
AT_WORK = {"resident", "dispatcher", "manager"}  # who do most of what can be done to an order
# What has no words for readers, or shows the parts to those who build pages.
NOT_FOR_READERS = {"healthz", "stylebook", "schema", "docs", "set_language"}
SPOKEN = {"alt", "title", "aria-label", "placeholder", "aria-description"}
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# File formats, units, programs, references and tracking codes are the same in both languages.
CODES = re.compile(
    r"\b(?:JPEG|PNG|WebP|HEIC|PDF|MB|GB|API|QR|Webhook|Excel|Atom|SHA-256|head -n)\b|"
    r"check\.py|\.xlsx\b|manage\.py tick|"
    r"\b\d{6}-[a-z]{2}-\d{5}\b|\b(?:beat|worker)\b|"
    r"\b\w{4}(?:-\w{4}){2}-\w\b|\b\w{4}(?:-\w{4}){6}\b"
)


@dataclass
class Words(HTMLParser):
    """What a reader sees or hears of a page, except what is said in a language named beside it."""

    heard: list[str] = field(default_factory=list)
    _silent: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in {"script", "style", "code", "pre"} or ("lang" in said and tag != "html"):
            self._silent = self._silent or tag
        # Scripts are told the words they show in data attributes.
        told = {name for name in said if tag == "script" and name.startswith("data-")}
        self.heard += [said[name] or "" for name in said if name in SPOKEN | told]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.heard.append(data.strip())


def heard_on(html: str) -> list[str]:
    page = Words()
    page.feed(html)
    return page.heard


@dataclass
class Walk:
    """Goes through the portal in one language and notes what is said in another."""

    language: str
    foreign: re.Pattern[str]
    names: re.Pattern[str]
    pages: int = 0
    found: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def as_(self, user: User | None) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = self.language
        if user is not None:
            client.force_login(user, "accounts.backends.PhoneOrName")
        return client

    def known(self, people: dict[str, User], name: str) -> Visitor:
        """Somebody who looks at many pages: who they are is read once."""
        cast = {name: people[name]} if name else {}
        visitor = visitors(cast, each_known=True)[name or NOBODY]
        visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = self.language
        return visitor

    def visit(self, visitor: Visitor, url: str, where: str = "") -> None:
        answer = visitor.knock("get", url)
        self.hear(answer.headers["Content-Type"], answer.code, answer.body, where or url)

    def read(self, answer: HttpResponseBase, where: str) -> None:
        body = b"" if answer.streaming else answer.content  # type: ignore[attr-defined]
        self.hear(answer["Content-Type"], answer.status_code, body, where)

    def hear(self, kind: str, code: int, body: bytes, where: str) -> None:
        """Note the foreign words of an answer; redirects and files say nothing."""
        if not kind.startswith("text/html") or code in {301, 302}:
            return
        self.pages += 1
        for words in heard_on(body.decode()):
            if self.foreign.search(self.names.sub("", CODES.sub("", words))):
                self.found[words].add(where)


def routes(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The names of all routes of the portal's pages."""
    for row in resolver.url_patterns:
        if isinstance(row, URLResolver):
            if not str(row.pattern).startswith("api"):
                yield from routes(row, f"{space}{row.namespace}:" if row.namespace else space)
        elif row.name and row.name not in NOT_FOR_READERS:
            yield f"{space}{row.name}"


def plain_addresses() -> Iterator[str]:
    """Every address that needs nothing filled in."""
    for name in routes(get_resolver()):
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue


def lived_through(county: County, people: dict[str, User], clock: Pretended) -> list[Complaint]:
    """Orders in every status, and with every verb done to one of them."""
    late = report(county, people)
    clock.forward(days=1)
    actions.sound_alarms()
    orders = [late, *(complaint_at(status, county, people) for status in Status)]
    busy = complaint_at(Status.DISPATCHED, county, people)
    for verb in BUSY:
        busy = do(verb, busy, county, people)
    called = complaint_at(Status.ANSWERED, county, people)
    for verb in (Verb.RECORD_CALLBACK, Verb.REOPEN, Verb.SEND_BACK):
        called = do(verb, called, county, people)
    asked = do(Verb.ANSWER_DIRECTLY, report(county, people, kind="enquiry"), county, people)
    return [*orders, busy, called, asked]


def supervisions(county: County, people: dict[str, User]) -> list[str]:
    """The pages of a supervision order in every state, a sheet, and the form of a new one."""
    slips = [slip_at(state, county, people) for state in State]
    back = actions.send_back_supervision(
        slips[1], by=people["subdistrict"], note="请附照片", amount=1, unit="working_days"
    )
    pages = [reverse("supervision:detail", args=[slip.code]) for slip in [*slips, back]]
    pages += [reverse("supervision:sheet", args=[slips[2].code])]
    pages += [reverse("supervision:verb", args=[back.code, "reply"])]
    free = complaint_at(Status.HANDLING, county, people)
    return [*pages, f"{reverse('supervision:new')}?order={free.reference}"]


def report_one(walk: Walk, user: User | None, county: County) -> None:
    """Report something through all the questions, first leaving each one empty."""
    client = walk.as_(user)
    answers = {
        "where": {"estate": county.estate.code},
        "building": {"building": county.building.code},
        "entrance": {"entrance": county.entrance.code},
        "what": {"kind": "complaint"},
        "about": {"category": category(NORMAL).code},
        "tell": {"description": "12345"},
        "you": {"account": "yes", "phone": ""},
        "check": {"form_token": "a" * 20},
    }
    url = reverse("complaints:report_step", args=["where"])
    for step, given in answers.items():
        walk.read(client.get(url), step)
        if step in {"where", "tell"}:
            walk.read(client.post(url, {"description": ""}), f"{step}, empty")
        answer = client.post(url, given)
        assert answer.status_code == 302, f"{step} was not taken"
        url = answer["Location"]
    walk.read(client.get(url), "report done")


def walk_through(county: County, people: dict[str, User], clock: Pretended, walk: Walk) -> None:
    """Every plain page and every order for every reader; forms sent empty; a report; no page."""
    orders = lived_through(county, people, clock)
    sheets = supervisions(county, people)
    walk.names = in_the_county()
    for reader in READERS:
        visitor = walk.known(people, reader)
        for url in plain_addresses():
            walk.visit(visitor, url)
        for order in orders if reader in AT_WORK else orders[:1]:
            url = reverse("complaints:detail", args=[order.reference])
            walk.visit(visitor, url, f"{reader}: {order.status}")
        for url in sheets if reader in {"manager", "subdistrict"} else ():
            walk.visit(visitor, url, f"{reader}: {url}")
    for name in ("accounts:sign_in", "accounts:register", "complaints:track"):
        walk.read(walk.as_(None).post(reverse(name), {}), f"{name}, empty")
    walk.read(walk.as_(None).get("/no/such/page/"), "no such page")
    report_one(walk, None, county)
    report_one(walk, people["resident"], county)


def in_the_county() -> re.Pattern[str]:
    """Names of people and places, and what people wrote: theirs, in whatever language."""
    theirs = {"红管家", *(name for _code, name in settings.LANGUAGES)}
    for model in (User, Body, Grid, Place):
        theirs |= set(model._default_manager.values_list("name", flat=True))
    # A number is what was printed: 督办〔2026〕梅江1号.
    theirs |= set(SupervisionOrder.objects.values_list("number", flat=True))
    for texts in (Statement, SupervisionStatement):
        for text in texts._default_manager.values_list("text", flat=True):
            theirs |= set(text.splitlines())
    return re.compile("|".join(sorted(map(re.escape, theirs - {""}), key=len, reverse=True)))


def test_chinese_pages_contain_no_english_words(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    walk = Walk("zh-hans", ENGLISH, re.compile("$"))
    walk_through(county, people, clock, walk)
    assert walk.pages > 100
    assert dict(walk.found) == {}


def test_english_pages_contain_no_chinese_words(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    walk = Walk("en", CHINESE, re.compile("$"))
    walk_through(county, people, clock, walk)
    assert walk.pages > 100
    assert dict(walk.found) == {}


def test_a_foreign_word_is_noticed() -> None:
    html = """<html lang="zh"><p title="Help">你好</p><button lang="en">English</button>
    <script data-busy="Sending">var x</script><p>JPEG 9901-7K3M-9QX2-F</p><b>late</b></html>"""
    heard = [words for words in heard_on(html) if ENGLISH.search(CODES.sub("", words))]
    assert heard == ["Help", "Sending", "late"]
