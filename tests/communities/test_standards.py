"""Detailed standards: who enters them, what holds on which day, what changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from communities import actions
from communities.actions import SaidClause
from communities.forms.standards import as_text, clauses_in
from communities.models import Standard, StandardVersion, in_force
from communities.queries import standards as queries
from tests.communities.standing_rules import (
    BEGAN,
    NOON,
    TODAY,
    WORDS,
    a_clause,
    a_deviation,
    a_standard,
    kept,
)
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(NOON)]
DAY = timedelta(days=1)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def standard(county: County, people: People) -> Standard:
    return a_standard(county, people)


# --- Issued ------------------------------------------------------------------------------


def test_a_district_issues_a_standard_with_numbered_clauses(
    standard: Standard, county: County
) -> None:
    version = standard.versions.get()
    assert (version.number, version.from_on, version.until_on) == (1, BEGAN, None)
    assert list(version.clauses.order_by("number").values_list("number", "how_checked")) == [
        (1, "现场查看公示栏。"),
        (2, ""),
        (3, ""),
    ]
    entry = AuditEntry.objects.get(verb="issue_standard")
    assert entry.target == str(standard.public_id)
    assert entry.facts == {"place": county.district.code, "field": "charges"}


def test_a_subdistrict_issues_its_own_beside_the_districts(
    standard: Standard, county: County, people: People
) -> None:
    actions.issue_standard(
        county.subdistrict,
        by=people["subdistrict"],
        field="charges",
        title="街道收费细则",
        issued_by="梅江街道办事处",
        from_on=TODAY,
        clauses=WORDS[:1],
    )
    [(_label, versions)] = queries.in_force_at([county.estate.code], TODAY)
    assert [v.standard.title for v in versions] == ["住宅物业收费细则", "街道收费细则"]
    # The day before, and in the next district, it holds nothing.
    [(_label, versions)] = queries.in_force_at([county.estate.code], TODAY - DAY)
    assert [v.standard for v in versions] == [standard]
    assert queries.in_force_at(["990102001001001"], TODAY) == []


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("dispatcher", "district"),
        ("subdistrict", "district"),
        ("dispatcher", "subdistrict"),
        ("far_district", "district"),
        ("far_district", "subdistrict"),
        ("manager", "district"),
        ("auditor", "district"),
        ("resident", "district"),
    ],
)
def test_whoever_does_not_keep_the_register_issues_nothing(
    who: str, where: str, county: County, people: People
) -> None:
    before = kept()
    with pytest.raises(NotAllowed):
        actions.issue_standard(
            getattr(county, where),
            by=people[who],
            field="fund",
            title="细则",
            issued_by="某局",
            from_on=TODAY,
            clauses=WORDS,
        )
    assert kept() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"field": "weather"}, "field"),
        ({"title": "  "}, "title"),
        ({"title": "住宅物业收费细则"}, "title"),
        ({"issued_by": ""}, "issued_by"),
        ({"clauses": []}, "clauses"),
        ({"clauses": [SaidClause(" ")]}, "clauses"),
        ({"clauses": [SaidClause("字")] * 201}, "clauses"),
        ({"clauses": [SaidClause("字" * 2001)]}, "clauses"),
        ({"from_on": date(1979, 12, 31)}, "from_on"),
    ],
)
def test_what_is_wrong_with_a_standard_is_said_at_its_field(
    wrong: dict[str, Any], field: str, standard: Standard, county: County, people: People
) -> None:
    before = kept()
    with pytest.raises(Invalid) as refusal:
        a_standard(county, people, **{"title": "另一细则", **wrong})
    assert set(refusal.value.fields) == {field}
    assert kept() == before


def test_a_community_issues_no_standard(county: County, people: People) -> None:
    with pytest.raises(Invalid):
        actions.issue_standard(
            county.community,
            by=people["dispatcher"],
            field="fund",
            title="社区细则",
            issued_by="社区",
            from_on=TODAY,
            clauses=WORDS,
        )
    assert not Standard.objects.exists()


# --- Versions ----------------------------------------------------------------------------


def later(standard: Standard, people: People, on: date, *clauses: SaidClause) -> Standard:
    said = clauses or (SaidClause(f"自{on}起执行。"),)
    return actions.issue_version(standard, by=people["district"], from_on=on, clauses=said)


def test_a_later_version_ends_the_one_before_on_its_first_day(
    standard: Standard, people: People
) -> None:
    later(standard, people, TODAY)
    first, second = standard.versions.order_by("number")
    assert (first.until_on, second.until_on) == (TODAY, None)
    assert list(standard.versions.filter(in_force(TODAY - DAY))) == [first]
    assert list(standard.versions.filter(in_force(TODAY))) == [second]


@pytest.mark.parametrize("on", [BEGAN, BEGAN - DAY])
def test_a_version_never_begins_before_the_last(
    on: date, standard: Standard, people: People
) -> None:
    before = kept()
    with pytest.raises(Invalid) as refusal:
        later(standard, people, on)
    assert set(refusal.value.fields) == {"from_on"}
    assert kept() == before


def test_a_version_that_says_the_same_is_none(standard: Standard, people: People) -> None:
    before = kept()
    with pytest.raises(Invalid) as refusal:
        later(standard, people, TODAY, *WORDS)
    assert set(refusal.value.fields) == {"clauses"}
    assert kept() == before


def test_a_standard_that_ended_comes_back_only_after_its_end(
    standard: Standard, people: People
) -> None:
    end = date(2026, 6, 1)
    actions.end_standard(standard, by=people["district"], on=end, because="由省级规定替代")
    with pytest.raises(WrongState):
        actions.end_standard(standard, by=people["district"], on=end + DAY, because="再次")
    with pytest.raises(Invalid):
        later(standard, people, end - DAY)
    later(standard, people, end + DAY)
    first, second = standard.versions.order_by("number")
    assert (first.until_on, second.from_on) == (end, end + DAY)


def test_nobody_else_changes_a_standard(standard: Standard, people: People) -> None:
    before = kept()
    for who in ("subdistrict", "dispatcher", "far_district", "manager"):
        by = people[who]
        with pytest.raises(NotAllowed):
            actions.issue_version(standard, by=by, from_on=TODAY, clauses=WORDS[:1])
        with pytest.raises(NotAllowed):
            actions.correct_standard(standard, by=by, clauses=WORDS[:1])
        with pytest.raises(NotAllowed):
            actions.end_standard(standard, by=by, on=TODAY, because="无")
    assert kept() == before


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["version", "end"]), st.integers(-3, 12)), min_size=1, max_size=8
    )
)
@example([("version", 5), ("end", 8), ("version", 6), ("version", 8)])
def test_two_versions_are_never_in_force_on_one_day(
    county: County, people: People, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        standard = a_standard(county, people)
        for what, days in steps:
            on = BEGAN + days * DAY
            try:
                with transaction.atomic():
                    if what == "version":
                        later(standard, people, on, SaidClause(f"第{days}日"))
                    else:
                        actions.end_standard(standard, by=people["district"], on=on, because="止")
            except DomainError:
                continue
        for days in range(-3, 14):
            rows = StandardVersion.objects.filter(in_force(BEGAN + days * DAY), standard=standard)
            assert rows.count() <= 1
        numbers = list(standard.versions.order_by("from_on").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        transaction.set_rollback(True)


def test_a_later_version_shows_what_changed(standard: Standard, people: People) -> None:
    said = [
        SaidClause("物业应当备有投诉台账。"),
        WORDS[0],
        SaidClause("每季度公布一次公共收益收支。"),
    ]
    later(standard, people, TODAY, *said)
    page = queries.standard_page(standard, TODAY)
    assert [(seen.change, seen.clause.text) for seen in page.clauses] == [
        ("new", "物业应当备有投诉台账。"),
        ("same", WORDS[0].text),
        ("changed", "每季度公布一次公共收益收支。"),
        ("dropped", WORDS[2].text),
    ]
    assert page.clauses[2].before is not None
    assert page.clauses[2].before.text == WORDS[1].text
    assert page.changes == 3
    # The day before, the first version is the one in force, and nothing is compared.
    page = queries.standard_page(standard, TODAY - DAY)
    assert (page.version.number, page.changes) == (1, 0)


def test_a_slip_is_corrected_until_somebody_departed_from_it(
    standard: Standard, county: County, people: People
) -> None:
    said = [SaidClause("改正后的文字。")]
    actions.correct_standard(standard, by=people["district"], clauses=said, document="2号")
    assert standard.versions.get().document == "2号"
    a_deviation(county, people, a_clause(standard))
    before = kept()
    with pytest.raises(WrongState):
        actions.correct_standard(standard, by=people["district"], clauses=WORDS)
    assert kept() == before


def test_no_version_is_put_beneath_a_deviation(
    standard: Standard, county: County, people: People
) -> None:
    a_deviation(county, people, a_clause(standard))  # of the tenth of March
    before = kept()
    with pytest.raises(Invalid):
        later(standard, people, date(2026, 3, 10))
    with pytest.raises(Invalid):
        actions.end_standard(standard, by=people["district"], on=date(2026, 3, 9), because="止")
    assert kept() == before
    later(standard, people, date(2026, 3, 11))


def test_clauses_are_read_as_they_are_typed() -> None:
    said = clauses_in(
        "第一条 收费公示。\n检查：看公示栏。\r\n\r\n"
        "2、账目公开，\n每年两次。\n\n\n1.5 倍以内计收。\n"
    )
    assert said == [
        SaidClause("收费公示。", "看公示栏。"),
        SaidClause("账目公开，\n每年两次。"),
        SaidClause("1.5 倍以内计收。"),
    ]
    assert clauses_in(as_text(said)) == said
