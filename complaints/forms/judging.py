"""Forms of the reporter, and of the telephone call that asks in their stead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.actions import TAGS
from complaints.forms._verb import PhotoForm, PhotosField, VerbForm, choice, words
from complaints.models import PhotoMoment
from complaints.workflow import Verb

SOLVED = [("yes", _("Yes, solved")), ("no", _("No, not solved"))]
SATISFACTION = [
    ("5", _("Very satisfied")),
    ("4", _("Satisfied")),
    ("3", _("Basically satisfied")),
    ("2", _("Dissatisfied")),
    ("1", _("Very dissatisfied")),
]


class JudgingForm(VerbForm):
    """Solved or not, and how satisfied."""

    apart = frozenset({"solved", "satisfaction"})
    solved = choice(
        _("Is the problem solved?"), SOLVED, required=_("Say whether the problem is solved.")
    )

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data["satisfaction"]
        return {
            **self.cleaned_data,
            "solved": self.cleaned_data["solved"] == "yes",
            "satisfaction": int(given) if given else None,
        }


class RateForm(JudgingForm):
    verb = Verb.RATE
    do = staticmethod(actions.rate)
    button = _("Send the rating")
    hint = _("“Not solved” sends it back to the community, which looks into it again.")
    told = _("Thank you. Your rating counts.")
    satisfaction = choice(
        _("How satisfied are you with how it was handled?"),
        SATISFACTION,
        required=_("Choose how satisfied you are, from 1 to 5."),
    )
    tags = forms.MultipleChoiceField(
        label=_("What stood out?"),
        choices=list(TAGS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = words(_("Anything you want to say"))


class CallbackForm(JudgingForm):
    verb = Verb.RECORD_CALLBACK
    do = staticmethod(actions.record_callback)
    button = _("Record the call-back")
    hint = _("What the reporter said on the telephone, marked as such.")
    told = _("The call-back is recorded.")
    satisfaction = choice(_("How satisfied is the reporter?"), SATISFACTION)
    note = words(_("What the reporter said"))


class ReopenForm(VerbForm):
    verb = Verb.REOPEN
    do = staticmethod(actions.reopen)
    button = _("Reopen")
    hint = _("The community looks into it again before anybody is sent back.")
    told = _("Reopened. The community looks into it again.")
    reason = words(_("What is still wrong?"), required=_("Say what is still wrong."))


class UrgeForm(VerbForm):
    verb = Verb.URGE
    do = staticmethod(actions.urge)
    button = _("Urge")
    hint = _("Once a day. Whoever has the order now is told.")
    told = _("Whoever has the order now has been reminded.")
    note = words(_("A word to them"))


class SupplementForm(PhotoForm):
    verb = Verb.SUPPLEMENT
    do = staticmethod(actions.supplement)
    moment = PhotoMoment.BEFORE
    button = _("Add this")
    told = _("Added. Everybody on the order can read it.")
    note = words(_("What do you want to add?"))
    photos = PhotosField(_("Photos"))


class WithdrawForm(VerbForm):
    verb = Verb.WITHDRAW
    do = staticmethod(actions.withdraw)
    button = _("Withdraw my report")
    hint = _("Nobody works on it any more. There is no way back, but you can always report anew.")
    told = _("Your report is withdrawn.")
    grave = True
    note = words(_("Why are you withdrawing it?"))
    sure = forms.BooleanField(
        label=_("Yes, I want to withdraw my report"),
        error_messages={"required": _("Tick the box if you are sure.")},
    )

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}
