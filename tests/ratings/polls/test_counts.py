"""What came is counted, shown once enough answered, and leads to nobody."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, User
from common.errors import WrongState
from communities.models import Place
from ratings.actions import freezing
from ratings.actions import polls as actions
from ratings.models import (
    AnswerKind,
    Period,
    Poll,
    PollAnswer,
    PollCode,
    PollRemark,
    PollState,
    Scorecard,
)
from ratings.queries import polls as queries
from ratings.queries.gathering import gathered
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import polled, settled
from tests.ratings.polled import LAST_DAY, answer, answered, on_site, opened, slips

pytestmark = pytest.mark.django_db
People = dict[str, User]


def page(poll: Poll, user: User | None) -> queries.PollPage:
    return queries.poll_page(queries.poll_seen(user, poll.public_id), user)


# --- Who answered what -------------------------------------------------------------------


def test_nothing_of_an_answer_leads_to_a_code_a_home_or_a_moment(
    poll: Poll, county: County, people: People
) -> None:
    codes = slips(poll, people["subdistrict"]) + on_site(
        poll, people["subdistrict"], county.building, 2
    )
    for number, code in enumerate(codes):
        answer(code, 10 * number, words=f"意见{number}")
    columns = {
        model: {field.name for field in model._meta.get_fields()}
        for model in (PollAnswer, PollRemark)
    }
    assert columns == {
        PollAnswer: {"id", "poll", "kind", "score"},
        PollRemark: {"id", "poll", "text"},
    }
    told = {str(row) for row in PollCode.objects.values_list("public_id", flat=True)}
    told |= {str(word) for word in PollCode.objects.values_list("digest", flat=True)}
    told |= set(PollCode.objects.values_list("place__code", flat=True))
    rows = " ".join(
        str(row) for row in [*PollAnswer.objects.values(), *PollRemark.objects.values()]
    )
    assert not [word for word in told if word in rows]
    assert PollCode.objects.filter(used_on=date(2026, 3, 2)).count() == len(codes)
    facts = AuditEntry.objects.filter(verb="answer_poll").values_list("facts", flat=True)
    assert set(map(str, facts)) == {"{'part': 'poll'}"}


def test_the_rows_are_written_anew_with_every_answer(poll: Poll, people: People) -> None:
    codes = slips(poll, people["subdistrict"])
    answer(codes[0], 10, words="一")
    first = set(PollAnswer.objects.values_list("id", flat=True))
    remark = PollRemark.objects.get().id
    answer(codes[1], 20, words="二")
    assert not first & set(PollAnswer.objects.values_list("id", flat=True))
    assert not PollRemark.objects.filter(id=remark).exists()
    assert set(PollAnswer.objects.values_list("score", flat=True)) == {10, 20}
    assert sorted(PollRemark.objects.values_list("text", flat=True)) == ["一", "二"]


def test_while_it_is_open_nobody_learns_more_than_how_many_answered(
    poll: Poll, period: Period, county: County, people: People
) -> None:
    answered(slips(poll, people["subdistrict"]), [90] * 6)
    shown = page(poll, people["subdistrict"])
    assert (shown.answered, shown.valid, shown.blank) == (6, 0, 0)
    assert (shown.spread, shown.remarks, shown.mean) == ((), (), "")
    assert not any(row.answered for row in shown.buildings)
    pair = (county.estate.pk, county.firm.pk)
    assert "poll" not in gathered(period, [pair])[pair].inputs["parts"]


def test_closed_it_shows_how_often_each_score_was_given(poll: Poll, people: People) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    answered(codes, [90, 80, 90, 60, 85])
    answer(codes[5], None, words="电梯常坏")
    actions.close_poll(poll, by=fresh(by))
    shown = page(poll, by)
    assert (shown.valid, shown.blank, shown.answered) == (5, 1, 6)
    assert list(shown.spread) == [(90, 2), (85, 1), (80, 1), (60, 1)]
    assert (shown.sum, shown.mean, shown.remarks) == (405, "81", ("电梯常坏",))
    assert sum(row.answered for row in shown.buildings) == 6


def test_what_residents_wrote_is_for_those_who_conduct_the_poll_alone(
    poll: Poll, people: People
) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    answered(codes[1:], [90, 80, 70, 60, 50])
    answer(codes[0], 40, words="张师傅常不在")
    actions.close_poll(poll, by=fresh(by))
    poll.refresh_from_db()
    assert queries.poll_page(poll, fresh(by)).remarks == ("张师傅常不在",)
    for reader in (None, people["auditor"], people["manager"], people["resident"]):
        assert queries.poll_page(poll, reader and fresh(reader)).remarks == ()
    door = f"/api/v1/ratings/polls/{poll.public_id}/"
    said = program(people["auditor"]).get(door)
    assert (said.status_code, said["Cache-Control"]) == (200, "private, no-store")
    assert "张师傅" not in said.content.decode()


def test_of_too_few_answers_nothing_is_shown(
    poll: Poll, period: Period, county: County, people: People
) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    answered(codes[1:], [90, 80, 70, 60])
    answer(codes[0], None, words="不告诉别人")
    actions.close_poll(poll, by=fresh(by))
    shown = page(poll, by)
    assert (shown.valid, shown.spread, shown.remarks) == (4, (), ())
    pair = (county.estate.pk, county.firm.pk)
    given = gathered(period, [pair])[pair].inputs["parts"]["poll"]
    assert given == {"scores": [], "answers": 4, "from": str(poll.public_id)}


# --- Closing -----------------------------------------------------------------------------


def test_the_clock_closes_it_once_at_its_time(poll: Poll, clock: Pretended) -> None:
    clock.put(at("2026-04-20 23:59"))
    assert actions.close_polls() == 0
    clock.put(at("2026-04-21 00:00"))
    assert (actions.close_polls(), actions.close_polls()) == (1, 0)
    poll.refresh_from_db()
    assert (poll.state, poll.closed_by) == (PollState.CLOSED, None)
    assert poll.last_day == LAST_DAY
    assert AuditEntry.objects.filter(verb="close_poll").count() == 1


def test_closed_nothing_is_printed_answered_or_closed_again(
    poll: Poll, county: County, people: People
) -> None:
    by = people["subdistrict"]
    code = slips(poll, by)[0]
    actions.close_poll(poll, by=fresh(by))
    for refused in (
        lambda: slips(poll, by),
        lambda: on_site(poll, by, county.building, 1),
        lambda: actions.close_poll(poll, by=fresh(by)),
        lambda: answer(code, 50),
    ):
        with pytest.raises(WrongState):
            refused()
    assert not PollAnswer.objects.exists()


def test_the_database_keeps_scores_in_bounds_and_a_code_single(poll: Poll) -> None:
    for row in (
        PollAnswer(poll=poll, kind=AnswerKind.VALID, score=101),
        PollAnswer(poll=poll, kind=AnswerKind.VALID),
        PollAnswer(poll=poll, kind=AnswerKind.BLANK, score=3),
        PollCode(poll=poll, place=poll.estate, used_on=LAST_DAY),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


# --- The score ---------------------------------------------------------------------------


def _frozen(period: Period, county: County, people: People, clock: Pretended) -> Scorecard:
    clock.put(at("2026-04-27 09:00"))
    freezing.ask_to_freeze(period, by=fresh(people["district"]))
    freezing.freeze_periods()
    return Scorecard.objects.get(period=period, estate=county.estate)


@pytest.fixture
def of_25(county: County, people: People, homes: list[Place]) -> Poll:
    """A poll that needs 25 of 40, with the subdistrict's verdict beside it: 90 points."""
    found = polled.period(county, sample=40, valid=25)
    verdict = {"P1": "54", "P2": "36"}
    settled.sheet(found, county.estate, county.firm, people["subdistrict"], "town", "", verdict)
    return opened(found, county, people["subdistrict"])


def _answers_of(poll: Poll, county: County, by: User, number: int) -> None:
    codes = slips(poll, by) + on_site(poll, by, county.building, 10)
    answered(codes, [60 + n for n in range(number)])


def test_a3_the_score_counts_the_mean_of_25_valid_answers(
    of_25: Poll, county: County, people: People, clock: Pretended
) -> None:
    _answers_of(of_25, county, people["subdistrict"], 25)
    # Nobody has swept: the time is over all the same.
    card = _frozen(of_25.period, county, people, clock)
    given = card.inputs["parts"]["poll"]
    assert given == {"scores": list(range(60, 85)), "from": str(of_25.public_id)}
    # 70 % of 90 and 30 % of 72.
    assert card.total == Decimal("84.60")


def test_a3_with_24_valid_answers_the_poll_and_the_score_are_blank(
    of_25: Poll, county: County, people: People, clock: Pretended
) -> None:
    _answers_of(of_25, county, people["subdistrict"], 24)
    card = _frozen(of_25.period, county, people, clock)
    part = next(row for row in card.working["parts"] if row["key"] == "poll")
    assert (part["blank"], part["answers"], part["needed"]) == ("too_few", 24, 25)
    assert card.total is None
    assert card.inputs["parts"]["poll"]["scores"] == []
