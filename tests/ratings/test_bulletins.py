"""Bulletins: what they count, the forms they are written in, issuing, correcting, who may."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry, User
from common.errors import Conflict, DomainError, Invalid, NotAllowed, WrongState
from communities.models import PlaceKind
from complaints.models import Complaint
from ratings import chain
from ratings.actions import bulletins
from ratings.actions.publications import look_at_chain
from ratings.bulletins.files import written
from ratings.models import (
    Bulletin,
    BulletinPart,
    BulletinState,
    BulletinVersion,
    Publication,
    Rectification,
)
from ratings.queries.bulletins import paper_of
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import frozen, town
from tests.ratings.bulletined import AFTER, NUMBER, issued, last, made, orders, rows, sentences
from tests.ratings.town import FROM

pytestmark = pytest.mark.django_db
AREAS, FIRMS = "各社区情况", "各物业企业情况"


def everything() -> list[Any]:
    """All rows of bulletins and of the chain: to see that a refusal changed none."""
    models = (Bulletin, BulletinVersion, BulletinPart, Publication)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


# --- What is counted ---------------------------------------------------------------------


def test_the_figures_are_those_counted_by_hand(county: County, clock: Pretended) -> None:
    found = orders(county, clock)
    bulletin = made(county.district, county.people["district"])
    # Dispatched, on time, late, unfinished, of them overdue, three rates and two counts.
    assert rows(bulletin, AREAS) == [
        ["河东社区", "梅江街道", "4", "1", "1", "2", "2", "50.0%", "25.0%", "2", "1", "50.0%"],
        ["河西社区", "梅江街道", "1", "1", "0", "0", "0", "100.0%", "100.0%", "0", "0", "—"],
        ["合计", "—", "5", "2", "1", "2", "2", "60.0%", "40.0%", "2", "1", "50.0%"],
    ]
    assert rows(bulletin, FIRMS) == [
        ["和顺物业", "4", "1", "1", "2", "2", "50.0%", "25.0%", "2", "1", "50.0%"],
        ["远大物业", "1", "1", "0", "0", "0", "100.0%", "100.0%", "0", "0", "—"],
    ]
    # The confidential one is counted, and never named.
    named = rows(bulletin, "逾期未办结诉求")
    assert [(row[0], row[1], row[3], row[6]) for row in named] == [
        (found["left"].reference, "桂花苑", "和顺物业", "37")
    ]
    assert found["hidden"].reference not in str(last(bulletin).document)


def test_an_order_counts_in_the_quarter_of_its_first_dispatch(
    county: County, clock: Pretended
) -> None:
    orders(county, clock)
    before = bulletins.make(
        by=fresh(county.people["district"]), place=county.district, from_on=date(2025, 10, 1)
    )
    bulletins.make_bulletins()
    assert rows(before, AREAS)[-1][2:7] == ["1", "0", "0", "1", "1"]


def test_a_late_check_is_the_desks_and_not_the_firms(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    from complaints.workflow import Status, Verb
    from tests.complaints.walks import complaint_at, do

    order = complaint_at(Status.REPORTED, county, people)
    clock.forward(hours=4)
    for verb in (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER):
        order = do(verb, order, county, people)
    clock.put(AFTER)
    bulletin = made(county.community, people["subdistrict"])
    assert rows(bulletin, "各小区情况")[0][:4] == ["桂花苑", "1", "0", "1"]
    assert rows(bulletin, FIRMS)[0][:4] == ["和顺物业", "1", "1", "0"]


def test_a_quarter_of_nothing_says_so_and_gives_no_rate(county: County, clock: Pretended) -> None:
    clock.put(AFTER)
    bulletin = made(county.subdistrict, county.people["subdistrict"])
    assert rows(bulletin, AREAS)[-1][2:] == ["0"] * 5 + ["—", "—", "0", "0", "—"]
    said = sentences(bulletin)
    assert "没有逾期未办结" in said
    assert "尚未公布" in said
    assert "没有要求整改" in said


def test_places_are_those_of_the_published_table_with_ties_and_blanks(
    county: County, clock: Pretended
) -> None:
    clock.put(AFTER)
    scheme = frozen.quarterly(county.district, ranked_from=3)
    period = frozen.frozen(scheme, FROM)
    firms = [county.firm, *frozen.firms(county, 3)]
    for firm, score in zip(firms, (90, 80, 80, None), strict=True):
        answers = [] if score is None else [score] * 25
        frozen.scored(period, firm, {county.estate: (frozen.sheet(period), answers)})
    officer = county.people["district"]
    bulletin = made(county.district, officer)
    # Frozen is not public: a bulletin never says scores before their district does.
    assert "尚未公布" in sentences(bulletin)
    type(period).objects.filter(pk=period.pk).update(state="published", published_at=AFTER)
    bulletins.take_anew(bulletin, by=fresh(officer))
    bulletins.make_bulletins()
    [table] = [t for t in paper_of(last(bulletin)).tables if "季度测评" in t.caption]
    assert [row[:2] for row in table.said_rows] == [
        ["1", "和顺物业"],
        ["2", "第1物业"],
        ["2", "第2物业"],
        ["—", "第3物业"],
    ]
    assert table.said_rows[3][2] == "—"


def test_under_the_minimum_nobody_is_ranked(county: County, clock: Pretended) -> None:
    clock.put(AFTER)
    period = frozen.frozen(frozen.quarterly(county.district, ranked_from=5), FROM)
    frozen.of_one_firm(period, county)
    type(period).objects.filter(pk=period.pk).update(state="published", published_at=AFTER)
    bulletin = made(county.district, county.people["district"])
    [table] = [t for t in paper_of(last(bulletin)).tables if "季度测评" in t.caption]
    assert [row[0] for row in table.said_rows] == ["—"]
    assert "不作排名" in sentences(bulletin)


def test_what_was_put_right_is_counted_by_firm(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    from ratings.actions import rectification
    from tests.ratings import settled

    period = town.period(county)
    settled.everything(period, county.estate, county.firm, people["subdistrict"])
    sheet = period.assessments.get(method="onsite")
    rectification.ask(sheet, by=fresh(people["subdistrict"]), items=["D1-1"])
    bulletin_day = at("2026-05-20 09:00")
    clock.put(bulletin_day)
    assert Rectification.objects.get().due_at < bulletin_day
    bulletin = made(county.community, people["subdistrict"])
    assert rows(bulletin, "整改情况") == [["和顺物业", "1", "0", "0", "1", "1", "0.0%"]]


def test_a_district_of_many_communities_costs_the_same(
    county: County, clock: Pretended, at_most: Any
) -> None:
    orders(county, clock)
    officer = county.people["district"]
    bulletin = made(county.district, officer)

    def queries() -> int:
        bulletins.take_anew(bulletin, by=fresh(officer))
        with at_most(40) as found:
            bulletins.make_batch(last(bulletin).pk)
        return len(found)

    few = queries()
    for number in range(3, 30):
        code = f"{county.subdistrict.code}{number:03d}"
        made_there = factories.place(
            PlaceKind.COMMUNITY, code, f"第{number}社区", county.subdistrict
        )
        estate = factories.estate(made_there, 1, f"第{number}小区", buildings=1)
        Complaint.objects.filter(estate=county.far_estate).update(estate=estate)
    assert queries() == few
    assert len(rows(bulletin, AREAS)) == 30


# --- Making it ---------------------------------------------------------------------------


def test_a_sweep_goes_on_where_it_stopped_and_counts_nothing_twice(
    county: County, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(county, clock)
    monkeypatch.setattr(bulletins, "BATCH", 1)
    bulletin = bulletins.make(
        by=fresh(county.people["district"]), place=county.district, from_on=FROM
    )
    version = last(bulletin)
    assert bulletins.make_batch(version.pk) == (1, True)
    assert BulletinPart.objects.count() == 1
    assert bulletins.make_bulletins() == 1
    assert last(bulletin).state == BulletinState.DRAFT
    assert not BulletinPart.objects.exists()
    assert bulletins.make_batch(version.pk) == (0, False)
    assert rows(bulletin, AREAS)[-1][2] == "5"


def test_one_bulletin_that_fails_keeps_no_other_from_being_made(
    county: County, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.put(AFTER)
    officer = county.people["district"]
    first = bulletins.make(by=fresh(officer), place=county.district, from_on=FROM)
    second = bulletins.make(by=fresh(officer), place=county.subdistrict, from_on=FROM)
    batch, broken_one = bulletins.make_batch, last(first).pk

    def fails(pk: int) -> tuple[int, bool]:
        if pk == broken_one:
            raise ValueError("one bad row")
        return batch(pk)

    monkeypatch.setattr(bulletins, "make_batch", fails)
    with pytest.raises(ValueError, match="one bad row"):
        bulletins.make_bulletins()
    assert last(second).state == BulletinState.DRAFT


def test_a_quarter_is_made_once_and_only_when_it_is_over(county: County, clock: Pretended) -> None:
    officer = fresh(county.people["district"])
    clock.put(at("2026-03-31 23:00"))
    for day, error in ((FROM, Invalid), (date(2025, 11, 1), Invalid)):
        with pytest.raises(error):
            bulletins.make(by=officer, place=county.district, from_on=day)
    assert not Bulletin.objects.exists()
    clock.put(at("2026-04-01 00:00"))
    made(county.district, officer)
    before = everything()
    with pytest.raises(Conflict):
        bulletins.make(by=fresh(officer), place=county.district, from_on=FROM)
    assert everything() == before


def test_only_officers_above_a_place_make_write_and_issue(county: County, clock: Pretended) -> None:
    clock.put(AFTER)
    people = county.people
    may = {
        county.district.code: {"district"},
        county.subdistrict.code: {"district", "subdistrict"},
        county.community.code: {"district", "subdistrict"},
    }
    for place in (county.district, county.subdistrict, county.community):
        bulletin = made(place, people["district"])
        verbs: tuple[tuple[Any, dict[str, Any]], ...] = (
            (bulletins.write, {"office": "办公室"}),
            (bulletins.take_anew, {}),
            (bulletins.issue, {"document_number": NUMBER}),
            (bulletins.correct, {"reason": "复核"}),
        )
        before = everything()
        for name in set(people) - may[place.code]:
            by = fresh(people[name])
            with pytest.raises(NotAllowed):
                bulletins.make(by=by, place=place, from_on=date(2025, 10, 1))
            for verb, words in verbs:
                with pytest.raises(NotAllowed):
                    verb(bulletin, by=by, **words)
        assert everything() == before
        for name in may[place.code]:
            bulletins.write(bulletin, by=fresh(people[name]), closing=name)
    with pytest.raises(NotAllowed):
        bulletins.make(by=fresh(people["district"]), place=county.estate, from_on=FROM)


# --- Issuing and correcting --------------------------------------------------------------


def test_an_issued_bulletin_is_a_link_of_the_chain_without_what_was_typed(
    county: County, clock: Pretended
) -> None:
    orders(county, clock)
    officer = county.people["district"]
    bulletin = issued(county.district, officer, opening="陈某反映的问题已办结。")
    row = Publication.objects.get(kind="bulletin")
    version = last(bulletin)
    assert (row.subject, bulletin.document_number) == (version.public_id, NUMBER)
    assert "河东社区" in row.text
    assert "陈某" not in row.text
    assert row.personal.get(field="opening").text == "陈某反映的问题已办结。"
    assert chain.canonical(version.document) == chain.canonical(last(bulletin).document)
    assert look_at_chain({}) == []
    said = AuditEntry.objects.get(verb="issue_bulletin")
    assert "陈某" not in str(said.facts)


def test_a_changed_bulletin_is_found(county: County, clock: Pretended) -> None:
    orders(county, clock)
    bulletin = issued(county.district, county.people["district"], closing="请各企业抓紧整改。")
    for column, value in (("office", "另一单位"), ("closing", "不用整改。")):
        was = getattr(last(bulletin), column)
        tampered(bulletin, **{column: value})
        assert [each.what for each in look_at_chain({})] == ["row"], column
        tampered(bulletin, **{column: was})
        assert look_at_chain({}) == []


def tampered(bulletin: Bulletin, **values: Any) -> None:
    """As the database's owner could: past the trigger."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if on_postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE ratings_bulletinversion DISABLE TRIGGER USER")
        BulletinVersion.objects.filter(bulletin=bulletin).update(**values)
        if on_postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE ratings_bulletinversion ENABLE TRIGGER USER")


def test_issued_it_changes_only_by_another_version(county: County, clock: Pretended) -> None:
    orders(county, clock)
    officer = county.people["district"]
    bulletin = issued(county.district, officer)
    before = everything()
    verbs: tuple[Callable[[], object], ...] = (
        lambda: bulletins.write(bulletin, by=fresh(officer), office="别的单位"),
        lambda: bulletins.take_anew(bulletin, by=fresh(officer)),
        lambda: bulletins.issue(bulletin, by=fresh(officer), document_number="另一号"),
        lambda: bulletins.correct(bulletin, by=fresh(officer), reason="  "),
    )
    for verb in verbs:
        with pytest.raises(DomainError):
            verb()
    assert everything() == before
    old = written(paper_of(last(bulletin)), "xlsx")
    bulletins.correct(bulletin, by=fresh(officer), reason="漏计一件")
    with pytest.raises(WrongState):
        bulletins.correct(bulletin, by=fresh(officer), reason="再更正")
    bulletins.make_bulletins()
    bulletins.issue(bulletin, by=fresh(officer), document_number="不理会的号")
    bulletin.refresh_from_db()
    assert bulletin.document_number == NUMBER
    first, second = bulletin.versions.order_by("number").select_related("bulletin__place")
    assert "漏计一件" in paper_of(second).correction
    assert written(paper_of(first), "xlsx") == old
    links = Publication.objects.order_by("sequence")
    assert [row.subject for row in links] == [first.public_id, second.public_id]
    assert "漏计一件" not in links[1].text
    assert look_at_chain({}) == []


def test_a_number_is_given_once_in_a_place(county: County, clock: Pretended) -> None:
    clock.put(AFTER)
    officer = county.people["district"]
    issued(county.district, officer)
    other = bulletins.make(by=fresh(officer), place=county.district, from_on=date(2025, 10, 1))
    with pytest.raises(WrongState):
        bulletins.issue(other, by=fresh(officer), document_number="二号")
    bulletins.make_bulletins()
    before = everything()
    for number in ("", "  ", NUMBER, "号" * 61):
        with pytest.raises(Invalid):
            bulletins.issue(other, by=fresh(officer), document_number=number)
    assert everything() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="triggers are PostgreSQL's")
def test_the_database_refuses_to_change_an_issued_version(county: County, clock: Pretended) -> None:
    from django.db import DatabaseError, transaction

    clock.put(AFTER)
    bulletin = issued(county.district, county.people["district"])
    with pytest.raises(DatabaseError), transaction.atomic():
        bulletin.versions.update(office="另一单位")
