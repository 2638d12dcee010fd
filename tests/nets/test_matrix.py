"""The matrix: every route × everybody × method, against one table that people can read.

The orders asked for: the resident's own, which the firm's repairer is at work on, and one just
like it that was reported by the holder of a tracking secret. Forms are sent empty: 404 what one
may not see, 403 what one may not do, 409 what cannot be done now, and then what is missing.

`MATRIX=write pytest tests/nets/test_matrix.py` writes the table anew; read the difference.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import User
from common.now import now
from communities.models import Appointment, DutyShift, Import, ImportState, Invitation, Office
from communities.views import grids as grid_views
from communities.views import places as place_views
from complaints.models import Complaint, Photo, SupervisionOrder
from complaints.supervision import SupervisionVerb
from complaints.workflow import Verb
from tests.complaints.slips import supervised
from tests.factories import County, invited, shift
from tests.nets.routes import Route, routes
from tests.nets.visitors import (
    HOLDER,
    Visitor,
    holder,
    undone,
    visitors,
    with_photo,
)

TABLE = Path(__file__).with_name("matrix.txt")
HEAD = """\
# Who gets which answer. Every route, every method, everybody: nobody, the holder of a tracking
# secret, and the cast of tests/factories.py. The order is the resident's (or the holder's) own,
# about the first building, and the firm's repairer is at work on it; the subdistrict has it under
# supervision, addressed to the firm. Forms are sent empty.
# 200 the page · 201 done · 302 on to another page, or to the sign-in · 400 something is missing
# 401 sign in first · 403 not yours to do · 404 not there for you · 405 not this way · 409 not now
"""
STEPS = ("where", "what", "check")
# Of the pages of verbs, one for each party that may, now and not now; the square has them all, and
# each verb of the API is a route of its own.
VERBS = (Verb.INSPECT, Verb.REDISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.RATE, Verb.URGE)
SIZES = ("full", "thumb")
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Subject:
    """What the gaps of a route are filled with."""

    order: Complaint
    photo: Photo
    county: County

    def fill(self, name: str, route: Route) -> list[object]:
        if "supervision/" in route.path and name in {"code", "verb"}:
            slip = SupervisionOrder.objects.get()
            return [slip.code if name == "code" else SupervisionVerb.REPLY.value]
        kept = self._of_lists(name, route) or self._of_keeping(name, route)
        if kept is not None:
            return [kept]
        if (of_tree := self._of_tree(name, route)) is not None:
            return of_tree
        if "indicators/" in route.path:
            return ["property_service"]
        if name == "code":
            estate = "estate" in route.path
            return [self.county.estate.code if estate else self.county.firm.code]
        if route.name.startswith("communities:duty"):
            return [DutyShift.objects.get().public_id]
        if (found := self._of_offices(name, route)) is not None:
            return [found]
        gaps: dict[str, list[object]] = {
            "reference": [self.order.reference],
            "public_id": [self.photo.public_id],
            "verb": [verb.value for verb in VERBS],
            "step": list(STEPS),
            "size": list(SIZES),
            "year": [2026],
            "place": [self.county.district.code],
            "stage": ["inspect"],
            "which": ["normal"],
            "preset": ["shandong"],
        }
        return gaps[name]

    def _of_lists(self, name: str, route: Route) -> object | None:
        """The community's list of estates, read and waiting to be confirmed."""
        if not re.search(r"imports/|lists/", route.path):
            return None
        if name == "kind":
            return "estates"
        found = Import.objects.first() or Import.objects.create(
            kind="estates",
            place=self.county.community,
            by=self.county.people["dispatcher"],
            at=now(),
            filename="estates.xlsx",
            state=ImportState.READ,
            total=1,
            created=1,
        )
        found.rows.get_or_create(number=2, defaults={"verdict": "create", "said": {"name": "新苑"}})
        return found.public_id

    def _of_keeping(self, name: str, route: Route) -> object | None:
        """The estate's ledger on the page; at the API the estate, the firm, or nothing there is."""
        if "register/" not in route.path or not {"<slug:key>", "<slug:noun>"} & set(
            re.findall(r"<[^>]+>", route.path)
        ):
            return None
        if name == "key":
            firm = "/firm/" in route.path
            return self.county.firm.code if firm else self.county.estate.code
        return {"noun": "place", "verb": "ledger"}.get(name)

    def _of_offices(self, name: str, route: Route) -> object | None:
        """The grid worker's page and office; the firm as a seat; an invitation to the grid."""
        worker = Appointment.objects.filter(office=Office.GRID_WORKER).order_by("pk")[0]
        if name == "interest_id":
            return worker.public_id
        if name in {"kind", "secret"}:
            return "body" if name == "kind" else "7K3M-9QX2"
        if name == "public_id" and ("/people/" in f"/{route.path}"):
            return worker.user.public_id
        if name == "public_id" and re.search(r"dismiss|hand_over", route.name):
            return worker.public_id
        if name == "public_id" and "invitation" in route.name:
            return Invitation.objects.get().public_id
        return None

    def _of_tree(self, name: str, route: Route) -> list[object] | None:
        """The community's page, an estate at rest to change, the grid and the community's grids."""
        page = route.name.removeprefix("communities:").removeprefix("api:")
        if name == "verb" and page in {"place_change", "grid_change"}:
            return list(place_views.TITLES if page == "place_change" else grid_views.TITLES)
        if name != "code":
            return None
        if page in {"place", "grid_check", "grid_new"} and route.name.startswith("communities:"):
            return [self.county.community.code]
        if page.startswith("place"):
            return [self.county.unserved.code]
        if page.startswith("grid"):
            return [self.county.grid.code]
        return [self.county.estate.code] if route.path.startswith("places/") else None


def addresses(route: Route, subject: Subject) -> Iterator[tuple[str, str]]:
    """What to call each address of a route, and the address."""
    gaps = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    filled: list[dict[str, object]] = [{}]
    for gap in gaps:
        filled = [{**words, gap: word} for words in filled for word in subject.fill(gap, route)]
    for words in filled:
        several = [str(words[gap]) for gap in gaps if gap in {"verb", "step", "size"}]
        yield " ".join([route.name, *several]), reverse(route.name, kwargs=words)


def row(codes: dict[str, int]) -> str:
    """`403 manager repairer · else 404`: who gets what, the commonest answer last."""
    commonest, _count = Counter(codes.values()).most_common(1)[0]
    if len(set(codes.values())) == 1:
        return f"{commonest} everybody"
    groups = [
        " ".join([str(code), *(name for name, given in codes.items() if given == code)])
        for code in sorted(set(codes.values()) - {commonest})
    ]
    return " · ".join([*groups, f"else {commonest}"])


def answers(
    method: str, everybody: dict[str, Visitor], subjects: dict[str, Subject]
) -> Iterator[tuple[str, str]]:
    for route in routes():
        names = [name for name, _path in addresses(route, subjects["resident"])]
        paths = {
            who: dict(addresses(route, subjects.get(who, subjects["resident"])))
            for who in everybody
        }
        for name in names:
            codes = {}
            for who, visitor in everybody.items():
                with undone():
                    codes[who] = visitor.knock(method, paths[who][name]).code
            yield f"{method.upper():4} {name}", row(codes)


def written() -> dict[str, str]:
    """The table as it is."""
    lines = re.findall(r"^(GET|POST) +(\S+(?: \S+)?) {2,}(.+)$", TABLE.read_text("utf-8"), re.M)
    return {f"{method:4} {name}": who for method, name, who in lines}


def write(found: dict[str, str], method: str) -> None:
    """What was found of one method, beside what the table says of the other, route by route."""
    other = {"get": "POST", "post": "GET"}[method]
    kept = {name: who for name, who in written().items() if name.startswith(other)}
    rows = {**kept, **found}
    routes_of = [name[5:] for name in (found or kept)]
    names = [f"{m:4} {name}" for name in routes_of for m in ("GET", "POST")]
    width = max(map(len, rows))
    lines = [f"{name:{width}}  {rows[name]}" for name in names if name in rows]
    TABLE.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_the_answer_of_the_table(
    method: str, county: County, people: dict[str, User]
) -> None:
    held = with_photo(county, people, holder())
    shift(county, people["dispatcher"])
    invited(county, people["dispatcher"])
    subjects = {
        "resident": Subject(*with_photo(county, people, people["resident"]), county),
        HOLDER: Subject(*held, county),
    }
    supervised(county, people, [subjects["resident"].order])
    found = dict(answers(method, visitors(people, held[0]), subjects))
    if os.environ.get("MATRIX") == "write":
        write(found, method)
    table = {name: who for name, who in written().items() if name.startswith(method.upper())}
    missing = set(found) - set(table)
    assert not missing, f"routes the table does not know: {sorted(missing)}"
    assert not set(table) - set(found), "the table knows routes that are gone"
    differing = {name: (table[name], who) for name, who in found.items() if table[name] != who}
    assert not differing, "\n".join(
        f"{name}\n  expected {expected}\n  answered {answered}"
        for name, (expected, answered) in differing.items()
    )
