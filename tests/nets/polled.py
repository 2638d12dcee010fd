"""A poll of residents that is over, about the firm at its estate, with one slip."""

from common.now import now
from ratings.models import Period, PeriodState, Poll, PollAnswer, PollCode, PollSheet
from tests.factories import County


def polled(county: County) -> dict[str, str]:
    """The keys of the poll of the published period and of its slip; rows made by no verb."""
    at = now()
    poll = Poll.objects.create(
        period=Period.objects.filter(state=PeriodState.PUBLISHED).latest("from_on"),
        estate=county.estate,
        body=county.firm,
        part="poll",
        state="closed",
        seed="7K3M",
        population=1,
        population_hash="0" * 64,
        drawn=1,
        opened_at=at,
        opened_by=county.people["subdistrict"],
        closes_at=at,
        closed_at=at,
    )
    slip = PollCode.objects.create(
        poll=poll, place=county.entrance, digest="1" * 64, issued=1, used_on=at.date()
    )
    PollAnswer.objects.create(poll=poll, kind="valid", score=80)
    PollSheet.objects.create(
        poll=poll,
        of="homes",
        codes=1,
        killed=0,
        at=at,
        by=county.people["subdistrict"],
        office="subdistrict_officer",
        office_place=county.subdistrict,
    )
    return {"poll": str(poll.public_id), "poll_slip": str(slip.public_id)}
