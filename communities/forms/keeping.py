"""The verbs of estates and firms as their doors know them: one table for pages and programs."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed, WrongState
from communities import actions
from communities.forms import committees, groups, party, plans, standards, trainings
from communities.forms import estates as asked
from communities.forms import firms as business
from communities.forms._deeds import Deed, Noun
from communities.forms._place_deeds import CONTRACT_DEEDS, FIRM_DEEDS, KEPT, PLACE_DEEDS, at
from communities.models import Body, HonourList, Place, PlaceKind
from communities.permissions import (
    check_decides_pool,
    check_inspects,
    check_keeps_register,
    check_speaks_for,
    keeps_register,
)
from communities.queries import committees as of_committees
from communities.queries import deviations as of_deviations
from communities.queries import found
from communities.queries import groups as of_groups
from communities.queries import messages as of_messages
from communities.queries import party as of_party
from communities.queries import plans as of_plans
from communities.queries import standards as of_standards


def _may_meet(by: User, need: Any) -> None:
    """Whoever speaks for any firm may look; the verb says which one they speak for."""
    if not keeps_register(by, need.estate):
        offering = business.MeetForm(target=need, by=by).fields["firm"]
        if not offering.queryset.exists():  # type: ignore[attr-defined]
            check_keeps_register(by, need.estate)


def _anybody(_by: User, _target: Any) -> None:
    """Everybody with an account."""


def place_url(place: Place) -> str:
    """The page of a place; of what lies in an estate, the estate's."""
    shown = place.above(PlaceKind.ESTATE) or place
    return reverse("communities:place", args=[shown.code])


def body_url(body: Body) -> str:
    return reverse("communities:body", args=[body.code])


def honours_url(of: HonourList) -> str:
    return reverse("communities:honour_list", args=[of.public_id])


NOUNS: dict[str, Noun] = {
    "place": Noun(
        found.place,
        place_url,
        str,
        {
            **PLACE_DEEDS,
            **committees.FOUNDING,
            **trainings.AT_PLACE,
            **party.AT_PLACE,
            **groups.AT_PLACE,
            **plans.AT_PLACE,
            **standards.AT_PLACE,
        },
    ),
    "committee": Noun(
        of_committees.committee_of, lambda c: body_url(c.body), str, committees.COMMITTEE_DEEDS
    ),
    "member": Noun(
        of_committees.member_of,
        lambda member: body_url(member.committee.body),
        lambda member: f"{member.committee} · {member.name}",
        committees.MEMBER_DEEDS,
    ),
    "party": Noun(of_party.organisation_of, lambda o: body_url(o.body), str, party.PARTY_DEEDS),
    "post": Noun(
        of_party.post_of, lambda post: body_url(post.organisation.body), str, party.POST_DEEDS
    ),
    "instructor": Noun(
        of_party.instructor_of,
        lambda sent: body_url(sent.sent_by.body),
        str,
        party.INSTRUCTOR_DEEDS,
    ),
    "group": Noun(of_groups.group_of, lambda g: body_url(g.body), str, groups.GROUP_DEEDS),
    "membership": Noun(
        of_groups.membership_of,
        lambda membership: body_url(membership.group.body),
        str,
        groups.MEMBERSHIP_DEEDS,
    ),
    "action_plan": Noun(of_plans.plan_of, plans.plan_url, str, plans.PLAN_DEEDS),
    "plan_task": Noun(
        of_plans.task_of,
        lambda task: plans.plan_url(task.plan),
        lambda task: f"{task.plan} · {task.title}",
        plans.TASK_DEEDS,
    ),
    "standard": Noun(
        of_standards.standard_of, standards.standard_url, str, standards.STANDARD_DEEDS
    ),
    "deviation": Noun(
        of_deviations.deviation_of,
        standards.deviations_url,
        standards.deviation_name,
        standards.DEVIATION_DEEDS,
    ),
    "firm": Noun(found.firm, body_url, str, {**FIRM_DEEDS, **standards.AT_FIRM}),
    "contract": Noun(found.contract, lambda c: place_url(c.estate), str, CONTRACT_DEEDS),
    "facility": Noun(
        found.facility,
        lambda facility: place_url(facility.place),
        lambda facility: f"{facility.place.name} · {facility.name}",
        {
            "inspect": Deed(
                _("Look at a facility"),
                _("Record what was found"),
                KEPT,
                asked.InspectionForm,
                actions.inspect_facility,
                at("place", check_inspects),
            ),
            "remove": Deed(
                _("The facility is gone"),
                _("Take it out"),
                KEPT,
                asked.RemovalForm,
                actions.remove_facility,
                at("place", check_keeps_register),
                grave=True,
            ),
        },
    ),
    "offer": Noun(
        found.offer,
        lambda offer: body_url(offer.firm),
        str,
        {
            "end": Deed(
                _("The service is no longer offered"),
                _("End the offer"),
                KEPT,
                business.EndForm,
                actions.end_offer,
                at("firm", check_speaks_for),
                grave=True,
            )
        },
    ),
    "need": Noun(
        found.need,
        lambda _need: reverse("communities:needs"),
        lambda need: f"{need.estate.name} · {need.text}",
        {
            "meet": Deed(
                _("A firm takes the need on"),
                _("Take it on"),
                KEPT,
                business.MeetForm,
                actions.meet_need,
                _may_meet,
            ),
            "lapse": Deed(
                _("The need is no longer there"),
                _("Let it lapse"),
                KEPT,
                business.NothingForm,
                actions.lapse_need,
                at("estate", check_keeps_register),
                grave=True,
            ),
        },
    ),
    "pool": Noun(
        found.pool,
        lambda member: body_url(member.firm),
        lambda member: str(member.firm),
        {
            "leave": Deed(
                _("Out of the preferred pool"),
                _("Take it out of the pool"),
                KEPT,
                business.LeaveForm,
                actions.leave_pool,
                at("firm", check_decides_pool),
                grave=True,
            )
        },
    ),
    "observation": Noun(
        found.observation,
        lambda o: reverse("communities:observation", args=[o.public_id]),
        lambda o: f"{o.place.name} · {o.get_kind_display()}",
        {
            "answer": Deed(
                _("Answer an observation"),
                _("Send the answer"),
                _("The answer has been sent."),
                asked.AnswerForm,
                actions.answer_observation,
                at("place", check_keeps_register),
            )
        },
    ),
    "honours": Noun(
        found.honours,
        honours_url,
        str,
        {
            "add": Deed(
                _("Put an estate or a body on the list"),
                _("Put it on the list"),
                KEPT,
                business.HonourForm,
                actions.honour,
                at("place", check_keeps_register),
            ),
            "take_back": Deed(
                _("Take an honour back"),
                _("Take the honour back"),
                KEPT,
                business.TakeBackForm,
                actions.take_honour_back,
                at("place", check_keeps_register),
                lambda of: of.honours.filter(taken_back_on=None).exists(),
                grave=True,
            ),
        },
    ),
    "message": Noun(
        of_messages.message_of,
        lambda _message: reverse("communities:messages"),
        lambda message: message.by.name,
        {
            "answer": Deed(
                _("Answer a message"),
                _("Send the answer"),
                _("The answer has been sent."),
                asked.ReplyForm,
                actions.answer_message,
                actions.check_answers,
            )
        },
    ),
    "butler": Noun(
        found.butler,
        lambda held: place_url(held.place),
        lambda held: f"{held.user.name} · {held.place.parent.name}{held.place.name}",
        {
            "message": Deed(
                _("A message for the building butler"),
                _("Send the message"),
                _("The butler has been told in the portal."),
                asked.MessageForm,
                actions.reach_butler,
                _anybody,
            )
        },
    ),
}


def deed_of(user: User, noun: str, key: str, verb: str) -> tuple[Noun, Deed, Any]:
    """The noun, the verb and the record an address names, once it is this person's turn.

    404 where there is none of them, 403 for who may not, 409 while the verb has to wait.
    """
    if noun not in NOUNS or verb not in NOUNS[noun].deeds:
        raise Http404
    known = NOUNS[noun]
    target = known.find(user, key)
    deed = known.deeds[verb]
    if not deed.fits(target):
        raise Http404
    deed.check(user, target)
    deed.ready(target)
    return known, deed, target


def open_deeds(user: User | None, noun: str, target: Any) -> list[tuple[str, Deed]]:
    """The verbs this person finds on the page of a record."""
    if user is None:
        return []
    return [
        (v, d) for v, d in NOUNS[noun].deeds.items() if d.fits(target) and _may(d, user, target)
    ]


def _may(deed: Deed, user: User, target: Any) -> bool:
    try:
        deed.check(user, target)
        deed.ready(target)
    except (NotAllowed, WrongState):
        return False
    return True
