"""Forms of the handler."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Appointment, Office
from communities.scope import day_of
from complaints import actions
from complaints.forms._verb import PhotoForm, PhotosField, VerbForm, choice, words
from complaints.workflow import CannotReason, Outcome, ReturnReason, Verb


class AcceptForm(VerbForm):
    verb = Verb.ACCEPT
    do = staticmethod(actions.accept)
    button = _("Accept the order")
    told = _("Accepted.")
    tells_time = True
    repairer = choice(_("Who goes there?"), (), widget=forms.Select)
    note = words(_("Message to the reporter"), hint=_("For example when somebody will come."))

    def prepare(self) -> None:
        serving = Appointment.objects.in_force(day_of(self.at)).filter(
            office=Office.REPAIRER, body=self.order.handler_id, user__is_active=True
        )
        people = User.objects.filter(appointments__in=serving).order_by("name").distinct()
        self.repairers = {str(user.public_id): user for user in people}
        field = self.fields["repairer"]
        if isinstance(field, forms.ChoiceField) and self.repairers:
            field.choices = [
                ("", _now("Not decided yet")),
                *((key, user.name) for key, user in self.repairers.items()),
            ]
        else:
            del self.fields["repairer"]

    def arguments(self) -> dict[str, Any]:
        chosen = self.repairers.get(self.cleaned_data.get("repairer", ""))
        return {"repairer": chosen, "note": self.cleaned_data["note"]}


class ReturnForm(VerbForm):
    verb = Verb.RETURN_ORDER
    do = staticmethod(actions.return_order)
    button = _("Return the order")
    hint = _("The desk decides anew who handles it. A second return goes to the subdistrict.")
    told = _("The order is back at the desk.")
    grave = True
    reason = choice(
        _("Why is it not yours?"),
        ReturnReason.choices,
        required=_("Choose a reason from the list."),
    )
    note = words(_("Explanation to the desk"))


class AttendForm(PhotoForm):
    verb = Verb.ATTEND
    do = staticmethod(actions.attend)
    button = _("Record the visit")
    hint = _("Been there and made it safe: this meets the handling time. The reporter reads it.")
    told = _("Your visit is recorded. Report the result when the work is done.")
    note = words(
        _("What was done, and by when will the rest be?"),
        required=_("Say what was done on the spot, and by when the rest will be."),
    )
    photos = PhotosField(_("Photos"))


class HandleForm(PhotoForm):
    verb = Verb.HANDLE
    do = staticmethod(actions.handle)
    button = _("Report the result")
    hint = _("The desk checks it before the reporter gets the answer.")
    told = _("The result is with the desk, which checks it.")
    outcome = choice(_("Is it solved?"), Outcome.choices, required=_("Say whether it is solved."))
    reason = choice(
        _("If it cannot be solved: why, and where does it go next?"),
        [("", _("Please choose")), *CannotReason.choices],
        widget=forms.Select,
    )
    note = words(_("The result in words"), required=_("Describe the result in words."), rows=4)
    photos = PhotosField(_("Photos of the result"))

    def clean(self) -> dict[str, Any]:
        cannot = self.cleaned_data.get("outcome") == Outcome.CANNOT
        if cannot and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why it cannot be solved."))
        return self.cleaned_data
