"""Everybody who may knock: the cast, nobody, and the holder of a tracking secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import Client, RequestFactory

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import digest
from common.now import now
from communities.scope import standing_of
from complaints import actions
from complaints.models import Complaint, Photo
from complaints.workflow import Status, Verb
from tests.complaints.walks import complaint_at
from tests.doors import picture
from tests.factories import County

BACKEND = "accounts.backends.PhoneOrName"
SECRET = "K7M2-P9QX-3RTV-8WYZ-4B6D-HJNC-F0E1"
NOBODY, HOLDER = "nobody", "secret"


@cache
def portal() -> BaseHandler:
    """The portal with all its walls, put up once: for every new test client they go up again."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


@dataclass(frozen=True)
class Answer:
    code: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Visitor:
    """One of them, at every door: pages and API alike, never following a redirect."""

    name: str
    user: User | None = None
    secret: str = ""
    order: Complaint | None = None  # the one whose secret they hold
    cookies: dict[str, str] = field(default_factory=dict)
    # Who they are and what they hold was read when they came, not with each request: a third of
    # all that a walk asks the database.
    known: bool = False

    def knock(self, method: str, path: str, data: dict[str, Any] | None = None) -> "Answer":
        """The answer to one request; the next one comes with the same cookies as this."""
        factory = RequestFactory(headers={"X-Tracking-Secret": self.secret} if self.secret else {})
        factory.cookies.load(self.cookies)
        if method == "post" and path.startswith("/api/"):
            request = factory.post(path, data or {}, content_type="application/json")
        else:
            request = getattr(factory, method)(path, data or {})
        # As in Django's own test client: what guards the form has a test of its own.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        if self.known and self.user is not None:
            # As the session would find them; what the request does to the object ends with it.
            request._cached_user = copy(with_offices(self.user))  # type: ignore[attr-defined]
        response: Any = portal().get_response(request)
        code = response.status_code
        assert code < 500, f"{method} {path} by {self.name} crashed"
        body = b"".join(response.streaming_content) if response.streaming else response.content
        # Not response.close(): that would end the request, and with it the test's connection.
        for close in response._resource_closers:
            close()
        return Answer(code, dict(response.items()), body)


def with_offices(user: User) -> User:
    """Somebody whose offices have been read, as every door does before it calls a verb."""
    assert standing_of(user).acting_desk_ids is not None
    return user


def visitors(
    people: dict[str, User], held: Complaint | None = None, *, each_known: bool = False
) -> dict[str, Visitor]:
    """Nobody, the holder of `held`'s secret, and the whole cast, signed in."""
    found = {NOBODY: Visitor(NOBODY)}
    if held is not None:
        holder = Visitor(HOLDER, secret=SECRET, order=held)
        shown = {"reference": held.reference, "secret": SECRET}
        client = Client()
        assert client.post("/orders/track/", shown).status_code == 302
        holder.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        found[HOLDER] = holder
    for name, user in people.items():
        client = Client()
        client.force_login(user, backend=BACKEND)
        # As after the first page: the others have nothing to write.
        session, stamp = client.session, int(now().timestamp())
        session["began"] = session["seen"] = stamp
        session.save()
        cookies = {key: morsel.value for key, morsel in client.cookies.items()}
        user = User.objects.get(pk=user.pk) if each_known else user
        found[name] = Visitor(name, user=user, cookies=cookies, known=each_known)
    return found


def with_photo(
    county: County, people: dict[str, User], reporter: Actor, **kw: Any
) -> tuple[Complaint, Photo]:
    """An order the firm's repairer is at work on, with a photo of how it was found."""
    photo = actions.keep_photo(picture(), by=reporter)
    order = complaint_at(
        Status.HANDLING,
        county,
        people,
        reporter=reporter,
        repairer=people["repairer"],
        photos=[photo],
        **kw,
    )
    return order, photo


def holder() -> Reporter:
    return Reporter(digest(SECRET))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


EVERY_VERB = tuple(verb for verb in Verb if verb not in {Verb.REPORT, Verb.CLOSE_UNRATED})
