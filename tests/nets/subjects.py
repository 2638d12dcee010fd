"""What the gaps of each route are filled with, and so every address of the portal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from common.now import now
from communities.models import Appointment, DutyShift, Import, ImportState, Invitation, Office
from communities.views import grids as grid_views
from communities.views import places as place_views
from complaints.models import Complaint, Photo, SupervisionOrder
from complaints.supervision import SupervisionVerb
from complaints.workflow import Verb
from tests.factories import County
from tests.nets.routes import Route

STEPS = ("where", "what", "check")
# Of the pages of verbs, one for each party that may, now and not now; the square has them all, and
# each verb of the API is a route of its own.
VERBS = (Verb.INSPECT, Verb.REDISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.RATE, Verb.URGE)
SIZES = ("full", "thumb")


@dataclass(frozen=True)
class Subject:
    """What the gaps of a route are filled with."""

    order: Complaint
    photo: Photo
    county: County
    # What the register keeps, by its noun.
    kept: dict[str, str]

    def fill(self, name: str, route: Route) -> list[object]:
        if "supervision/" in route.path and name in {"code", "verb"}:
            slip = SupervisionOrder.objects.get()
            return [slip.code if name == "code" else SupervisionVerb.REPLY.value]
        kept = (
            self._of_results(name, route)
            or self._of_credit(name, route)
            or self._of_listings(name, route)
            or self._of_polls(name, route)
            or self._of_schemes(name, route)
            or self._of_scores(name, route)
            or self._of_sheets(name, route)
            or self._of_lists(name, route)
            or self._of_keeping(name, route)
        )
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
            # The other forms take a second each to write.
            "ending": ["xlsx"],
        }
        return gaps[name]

    def _of_results(self, name: str, route: Route) -> object | None:
        """The recommendation that waits, the programme with its category, award and payment."""
        nouns = {
            r"ratings/results/": "recommendation",
            r"ratings/subsidies/categories/": "award_category",
            r"ratings/subsidies/": "programme",
            r"ratings/awards/": "award",
            r"ratings/payments/": "payment",
        }
        for path, noun in nouns.items():
            if re.search(path, route.path):
                return "pay" if name == "verb" else self.kept[noun]
        return None

    def _of_credit(self, name: str, route: Route) -> object | None:
        """The record that waits; the district's scheme with its draft; the firm."""
        if "credit/" not in route.path or name == "code":
            return None
        found = {"public_id": self.kept["credit_record"], "verb": "object", "name": "values"}
        return {**found, "place": self.county.district.code}[name]

    def _of_listings(self, name: str, route: Route) -> object | None:
        """The listing in public notice, its objection and photo; a veto; the black list."""
        if re.search(r"\blistings/|ratings/lists/", route.path):
            found = {"public_id": "listing", "objection": "objection"}
            if name in found:
                return self.kept[found[name]]
            return {"verb": "withdraw", "kind": "black", "place": self.county.district.code}[name]
        if re.search(r"\bvetoes/<uuid", route.path):
            return self.kept["veto"]
        if "listing-files/" in route.path and name == "public_id":
            return self.kept["listing_file"]
        return None

    def _of_polls(self, name: str, route: Route) -> object | None:
        """The poll that is over and its slip; a code that cannot be one, so that none is missed."""
        if re.search(r"ratings/polls/<uuid", route.path):
            return {"public_id": self.kept["poll"], "slip": self.kept["poll_slip"]}[name]
        if "ratings/poll/" in route.path:
            return "7K3M-9QX2"
        if "/polls/<slug" in route.path and name != "public_id":
            return {"estate": self.county.estate.code, "body": self.county.firm.code}[name]
        return None

    def _of_scores(self, name: str, route: Route) -> object | None:
        """The published period, a score of it with its sheet, and the link that published it."""
        nouns = {
            r"\bratings/periods/": "period",
            r"\bbulletins/": "bulletin",
            r"\bcards/": "card",
            r"\b(published|publications)/": "publication",
        }
        for path, noun in nouns.items():
            if re.search(path, route.path) and name == "public_id":
                return self.kept[noun]
        found = {"sheet": self.kept["assessment"], "figure": "orders"}
        return found[name] if "cards/" in route.path else None

    def _of_sheets(self, name: str, route: Route) -> object | None:
        """The settled sheet, its photo, its deduction; of the verbs those of the firm's side."""
        nouns = {
            r"\bassess(ments)?/": ("assessment", "rectify"),
            r"\brectification/": ("rectification", "report"),
            r"\bfinding-photos/": ("finding_photo", ""),
        }
        for path, (noun, verb) in nouns.items():
            if re.search(path, route.path) and name in {"public_id", "verb"}:
                return self.kept[noun] if name == "public_id" else verb
        return None

    def _of_schemes(self, name: str, route: Route) -> object | None:
        """A settled version with a draft beside it; of the draft the sheet and its first page."""
        if "schemes/" not in route.path:
            return None
        found = {"public_id": self.kept["scheme"], "number": 1, "name": "parts"}
        return {**found, "key": "inspection", "code": "D1"}[name]

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
        """What is kept, by the noun in the address; on the page of verbs the estate's ledger."""
        if noun := re.search(r"register/(\w+)/<slug:key>", route.path):
            return self.kept[noun[1]] if name == "key" else None
        if "<slug:noun>" in route.path:
            return {"noun": "place", "key": self.kept["place"], "verb": "ledger"}[name]
        if found := re.search(r"\b(committees|party|groups)/<slug:code>", route.path):
            return self.kept[found[1].removesuffix("s")]
        if found := re.search(
            r"\b(plans|honours|observations|standards)/<uuid:public_id>", route.path
        ):
            nouns = {"plans": "action_plan", "honours": "honours"}
            return self.kept[nouns.get(found[1], found[1].removesuffix("s"))]
        return None

    def _of_offices(self, name: str, route: Route) -> object | None:
        """The grid worker's page and office; the firm as a seat; an invitation to the grid."""
        worker = Appointment.objects.filter(office=Office.GRID_WORKER).order_by("pk")[0]
        if name == "interest_id":
            return worker.public_id
        if name in {"kind", "secret"}:
            return "body" if name == "kind" else "7K3M-9QX2"
        if name == "public_id" and ("/people/" in f"/{route.path}"):
            return worker.user.public_id
        if name == "public_id" and re.search(r"dismiss|hand_over|withdraw", route.name):
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
