"""The orders of a quarter, counted by hand, and bulletins made of them."""

from typing import Any

from accounts.models import User
from communities.models import Place
from complaints.models import Complaint
from complaints.workflow import Status, Verb
from ratings.actions import bulletins
from ratings.models import Bulletin, BulletinVersion
from ratings.queries.bulletins import paper_of
from tests.complaints.walks import complaint_at, do, fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.town import FROM

AFTER = at("2026-04-08 09:00")
NUMBER = "红枫住建通〔2026〕1号"


def orders(county: County, clock: Pretended) -> dict[str, Complaint]:
    """Of six orders dispatched in the first quarter four are the firm's; two count nowhere.

    on time: answered and rated very satisfied. late: handled after six hours, rated dissatisfied.
    left: never handled. hidden: as left, confidential. far: on time, next door, not rated.
    withdrawn and waiting (never dispatched) do not count. early: dispatched the year before.
    """
    people = county.people
    clock.put(at("2025-12-30 09:00"))
    found = {"early": complaint_at(Status.DISPATCHED, county, people)}
    clock.put(at("2026-03-02 09:00"))
    found["on time"] = complaint_at(Status.ANSWERED, county, people)
    found["on time"] = do(Verb.RATE, found["on time"], county, people, solved=True, satisfaction=5)
    found["late"] = complaint_at(Status.HANDLING, county, people)
    found["left"] = complaint_at(Status.DISPATCHED, county, people)
    found["hidden"] = complaint_at(Status.DISPATCHED, county, people, confidential=True)
    found["far"] = complaint_at(Status.ANSWERED, county, people, estate=county.far_estate)
    found["withdrawn"] = complaint_at(Status.WITHDRAWN, county, people)
    found["waiting"] = complaint_at(Status.REPORTED, county, people)
    clock.forward(hours=6)
    found["late"] = do(Verb.HANDLE, found["late"], county, people)
    found["late"] = do(Verb.ANSWER, found["late"], county, people)
    found["late"] = do(Verb.RATE, found["late"], county, people, solved=True, satisfaction=2)
    clock.put(AFTER)
    return found


def made(place: Place, by: User, **said: Any) -> Bulletin:
    """A draft, its figures taken."""
    bulletin = bulletins.make(by=fresh(by), place=place, from_on=FROM, **said)
    bulletins.make_bulletins()
    return bulletin


def issued(place: Place, by: User, number: str = NUMBER, **words: str) -> Bulletin:
    bulletin = made(place, by)
    if words:
        bulletins.write(bulletin, by=fresh(by), **words)
    bulletins.issue(bulletin, by=fresh(by), document_number=number)
    bulletin.refresh_from_db()
    return bulletin


def last(bulletin: Bulletin) -> BulletinVersion:
    return bulletin.versions.select_related("bulletin__place").order_by("-number")[0]


def rows(bulletin: Bulletin, caption: str) -> list[list[str]]:
    """A table of the bulletin as people read it."""
    tables = {table.caption: table for table in paper_of(last(bulletin)).tables}
    return tables[caption].said_rows


def sentences(bulletin: Bulletin) -> str:
    return "\n".join(item.text for item in paper_of(last(bulletin)).items)
