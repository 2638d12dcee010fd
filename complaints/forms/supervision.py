"""Forms of supervision orders: opening one, and each of its verbs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from complaints import actions
from complaints.actions.supervising import LONGEST_DEMAND, LONGEST_SUBJECT
from complaints.forms._verb import choice, words
from complaints.forms.waiting import HOUR, SPANS
from complaints.models import SupervisionOrder, Unit
from complaints.supervision import SupervisionVerb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TermForm(forms.Form):
    """By when a reply is wanted: an amount of time, or a day."""

    use_required_attribute = False

    amount = forms.IntegerField(
        label=_("How much time for the reply?"),
        help_text=_("At most 72 hours, 60 working days or 90 days. Or name a day below."),
        required=False,
        min_value=1,
        max_value=999,
        error_messages={
            "invalid": _("Write a whole number, for example 3."),
            "min_value": _("Say by when you want the reply."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": None, "max": None}),
    )
    unit = choice(_("Of what?"), SPANS)
    due_on = forms.DateField(
        label=_("Or by the end of this day"),
        help_text=_("A working day: until 24:00, or until the close of business of your district."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("amount") is not None and not given.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose hours, working days or days."))
        return given

    def term(self) -> dict[str, Any]:
        """As the verbs take it: people ask for hours, the verbs count seconds."""
        amount, unit = self.cleaned_data["amount"], self.cleaned_data["unit"]
        if amount is None:
            unit = ""  # a choice without an amount says nothing
        elif unit == "hours":
            amount, unit = amount * HOUR, Unit.SECONDS.value
        return {"amount": amount, "unit": unit, "due_on": self.cleaned_data["due_on"]}


class SuperviseForm(TermForm):
    """What a new supervision order says. `bodies`: to whom it may be addressed."""

    field_order = ("to", "subject", "demand", "amount", "unit", "due_on")

    to = choice(_("To whom is it addressed?"), (), required=_("Choose to whom it is addressed."))
    subject = forms.CharField(
        label=_("The matter in one line"),
        max_length=LONGEST_SUBJECT,
        error_messages={"required": _("Name the matter in one line.")},
    )
    demand = forms.CharField(
        label=_("What do you demand?"),
        help_text=_(
            "What is to be done, and what the reply has to show. Leave out who reported: whoever "
            "is supervised never learns it."
        ),
        max_length=LONGEST_DEMAND,
        error_messages={"required": _("Say what you demand.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, bodies: Sequence[Body], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "supervise_%s", **kwargs})
        self.bodies = {body.code: body for body in bodies}
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(body.code, body.name) for body in bodies]
        if len(bodies) == 1:
            self.fields["to"].initial = bodies[0].code

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "to": self.bodies[given["to"]],
            "subject": given["subject"],
            "demand": given["demand"],
            **self.term(),
        }


class SlipForm(forms.Form):
    """What one verb of a supervision order asks, in words; `do` is the verb."""

    verb: ClassVar[SupervisionVerb]
    do: ClassVar[Callable[..., SupervisionOrder]]
    button: ClassVar["StrOrPromise"]
    hint: ClassVar["StrOrPromise"] = ""
    told: ClassVar["StrOrPromise"]
    grave: ClassVar[bool] = False

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.verb}_%s", **kwargs})

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReplyForm(SlipForm):
    verb = SupervisionVerb.REPLY
    do = staticmethod(actions.reply)
    button = _("Reply")
    hint = _("The office that supervises reads it, and closes the order or sends it back.")
    told = _("Your reply is with the office.")
    note = words(
        _("What was done, and with what result?"),
        required=_("Say what was done, and with what result."),
        rows=5,
    )


class CloseForm(SlipForm):
    verb = SupervisionVerb.CLOSE
    do = staticmethod(actions.close_supervision)
    button = _("Close and strike off")
    told = _("Closed and struck off.")
    note = words(_("Remark on closing"))


class SendBackForm(TermForm, SlipForm):
    verb = SupervisionVerb.SEND_BACK
    do = staticmethod(actions.send_back_supervision)
    button = _("Send the reply back")
    told = _("Sent back; a new reply is asked for.")
    field_order = ("note", "amount", "unit", "due_on")
    note = words(
        _("What is missing?"), required=_("Say what is missing, so that it can be put right.")
    )

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], **self.term()}


class CancelForm(SlipForm):
    verb = SupervisionVerb.CANCEL
    do = staticmethod(actions.cancel_supervision)
    button = _("Cancel the supervision order")
    hint = _("The number stays used, and the reason stays on record.")
    told = _("Cancelled.")
    grave = True
    note = words(_("Why is it cancelled?"), required=_("Say why it is cancelled."))


# In the order in which a page offers them.
SLIP_FORMS: dict[SupervisionVerb, type[SlipForm]] = {
    form.verb: form for form in (ReplyForm, CloseForm, SendBackForm, CancelForm)
}
