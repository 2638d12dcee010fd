"""Every page of the register, and a form of every make, is looked at by axe, on a phone."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import User
from communities.forms.keeping import NOUNS
from tests.factories import County, invited, shift
from tests.journeys.conftest import SIZES, Traveller
from tests.nets.kept import registered
from tests.nets.routes import routes
from tests.nets.subjects import Subject, addresses
from tests.nets.visitors import with_photo

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Whoever comes to most pages, first.
READERS = ("subdistrict", "district", "dispatcher", "manager", "auditor", "")
# These have a public face, too.
SCHEMES = ("ratings/schemes/", "ratings/how/")
TWO_FACES = re.compile(r"/(places|bodies|grids|people)/[^/]+/")


def pages(subject: Subject) -> Iterator[str]:
    """One address of each route of the register and of schemes; each kind of body and form."""
    for route in routes():
        ours = route.name.startswith("communities:") or route.path.startswith(SCHEMES)
        if ours and route.name != "communities:keep":
            yield next(path for _name, path in addresses(route, subject))
    code = subject.county.estate.code
    for kept in ("committee", "party", "group"):
        yield reverse("communities:body", args=[subject.kept[kept]])
    yield reverse("communities:place", args=[code])
    seen: set[frozenset[type[forms.Widget]]] = set()
    for noun, known in NOUNS.items():
        for verb, deed in known.deeds.items():
            make = frozenset(type(field.widget) for field in deed.form.base_fields.values())
            if make not in seen and noun in subject.kept:
                seen.add(make)
                yield reverse("communities:keep", args=[noun, subject.kept[noun], verb])


def readers_of(clients: dict[str, Client], path: str) -> Iterator[str]:
    """The first who comes to this page, and nobody where it has a public face."""
    found = (name for name, client in clients.items() if _is_read(client.get(path)))
    first = next(found, None)
    if first is not None:
        yield first
        if first and TWO_FACES.fullmatch(path):
            yield ""


def _is_read(answer: HttpResponseBase) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


@pytest.fixture
def clients(people: dict[str, User]) -> dict[str, Client]:
    found = {name: Client() for name in READERS}
    for name in filter(None, READERS):
        found[name].force_login(people[name], backend="accounts.backends.PhoneOrName")
    return found


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_every_page_of_the_register_can_be_read_by_everybody(
    browser: Browser, portal: object, size: str, county: County, clients: dict[str, Client]
) -> None:
    people = county.people
    shift(county, people["dispatcher"])
    invited(county, people["dispatcher"])
    subject = Subject(*with_photo(county, people, people["resident"]), county, registered(county))
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN")
    traveller = Traveller(context.new_page(), portal.url, "reader")  # type: ignore[attr-defined]
    ways = [(path, reader) for path in pages(subject) for reader in readers_of(clients, path)]
    for path, reader in dict.fromkeys(ways):
        context.clear_cookies()
        if reader:
            cookie = clients[reader].cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": traveller.base}]
            )
        traveller.go(path)
    context.close()
    assert not traveller.problems, "\n".join(traveller.problems)
    assert len(traveller.visited) > 50
