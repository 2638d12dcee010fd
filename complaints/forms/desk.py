"""Forms of the desk and the grid."""

from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.codes import normal
from communities.models import Body
from complaints import actions
from complaints.forms._verb import PhotoForm, PhotosField, VerbForm, choice, words
from complaints.models import Complaint, PhotoMoment, Statement, StatementKind
from complaints.permissions import visible_to
from complaints.queries import handlers_for
from complaints.queries.handlers import is_usual
from complaints.workflow import RIGHT_DOOR, RefusalGround, Verb

MOST_SUGGESTED = 5
SNIPPET = 40  # characters by which a clerk recognises an order


class InspectForm(PhotoForm):
    verb = Verb.INSPECT
    do = staticmethod(actions.inspect)
    moment = PhotoMoment.BEFORE
    button = _("Record the check")
    hint = _("The reporter and whoever handles it can read this.")
    told = _("The on-site check is recorded.")
    note = words(_("What did you find on site?"))
    photos = PhotosField(_("Photos"))


class HandlerForm(VerbForm):
    """A form that names who is to handle the order."""

    handler = choice(
        _("Who handles it?"),
        (),
        required=_("Choose who is to handle it."),
        widget=forms.Select,
    )

    def prepare(self) -> None:
        self.bodies = {body.code: body for body in self.candidates()}
        field = self.fields["handler"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _now("Please choose")),
                *((code, body.name) for code, body in self.bodies.items()),
            ]
        self.initial.setdefault("handler", self._usual())

    def candidates(self) -> list[Body]:
        return handlers_for(self.order, self.at)

    def _usual(self) -> str:
        """Whoever usually handles this category, if they may: preselected."""
        return next((b.code for b in self.bodies.values() if is_usual(self.order, b)), "")

    def arguments(self) -> dict[str, Any]:
        code = self.cleaned_data.get("handler", "")
        return {**self.cleaned_data, "handler": self.bodies.get(code)}


class DispatchForm(HandlerForm):
    verb = Verb.DISPATCH
    do = staticmethod(actions.dispatch)
    button = _("Dispatch")
    told = _("Dispatched to %(handler)s.")
    tells_time = True
    note = words(
        _("Note for the handler"), hint=_("Staff and the handler read it; the reporter does not.")
    )

    def said(self, order: Complaint) -> str:
        return str(self.told) % {"handler": order.handler.name if order.handler else ""}


class RedispatchForm(DispatchForm):
    verb = Verb.REDISPATCH
    do = staticmethod(actions.redispatch)
    button = _("Dispatch to another")
    hint = _("It leaves the present handler. What was late already stays on their record.")

    def candidates(self) -> list[Body]:
        return [body for body in super().candidates() if body.pk != self.order.handler_id]


class SendBackForm(HandlerForm):
    verb = Verb.SEND_BACK
    do = staticmethod(actions.send_back)
    button = _("Send back")
    hint = _("A new round of handling begins, with its own time.")
    told = _("Sent back to the handler.")
    tells_time = True
    field_order = ("note", "handler")
    note = words(
        _("What is missing?"),
        required=_("Say what is missing, so that it can be put right."),
        hint=_("Staff and the handler read it; the reporter does not."),
    )

    def prepare(self) -> None:
        if self.order.handler_id is None:
            super().prepare()
        else:
            self.bodies = {}
            del self.fields["handler"]


class AnswerForm(VerbForm):
    verb = Verb.ANSWER
    do = staticmethod(actions.answer)
    button = _("Send the answer")
    hint = _("The reporter reads it and is asked to rate. Those of merged reports get it too.")
    told = _("The answer is with the reporter.")
    note = words(
        _("Your answer to the reporter"),
        required=_("Write the answer the reporter will read."),
        rows=5,
    )


class AnswerDirectlyForm(AnswerForm):
    verb = Verb.ANSWER_DIRECTLY
    do = staticmethod(actions.answer_directly)
    button = _("Answer directly")
    hint = _("For questions, suggestions and whatever needs nobody to go there.")


class ReferUpForm(VerbForm):
    verb = Verb.REFER_UP
    do = staticmethod(actions.refer_up)
    button = _("Refer up")
    hint = _("The office above takes over the desk. The deadlines run on.")
    told = _("The order is now before the office above.")
    note = words(
        _("Why has the office above to take this over?"),
        required=_("Say why the office above has to take this over."),
        hint=_("Only staff read it."),
    )


TWO_LINES = '{} <small class="d-block muted">{}</small>'


def _grounds() -> list[tuple[str, Any]]:
    """The grounds, each with the door it points to."""
    return [(g.value, format_html(TWO_LINES, g.label, RIGHT_DOOR[g])) for g in RefusalGround]


class RefuseForm(VerbForm):
    verb = Verb.REFUSE
    do = staticmethod(actions.refuse)
    button = _("Do not accept")
    hint = _("The reporter reads the ground, the right door and your words.")
    told = _("Not accepted; the reporter has been told the right door.")
    grave = True
    reason = choice(_("On which ground?"), (), required=_("Choose a ground from the list."))
    note = words(
        _("Explanation to the reporter"),
        required=_("Explain it to the reporter in your own words."),
    )

    def prepare(self) -> None:
        field = self.fields["reason"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _grounds()


class MergeForm(VerbForm):
    verb = Verb.MERGE
    do = staticmethod(actions.merge)
    button = _("Merge")
    hint = _("The original's answer goes to every reporter. Nobody sees another reporter.")
    told = _("Merged into %(reference)s.")
    grave = True
    into = choice(_("Open orders of the same estate and category"), ())
    reference = forms.CharField(
        label=_("Reference of the original"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    note = words(_("Why are they the same?"), hint=_("Only staff read it."))

    def prepare(self) -> None:
        similar = self._similar()
        field = self.fields["into"]
        if isinstance(field, forms.ChoiceField) and similar:
            field.choices = [(o.reference, self._described(o)) for o in similar]
            self.fields["reference"].label = _("Or the reference of another original")
        else:
            del self.fields["into"]

    def _similar(self) -> list[Complaint]:
        if not isinstance(self.actor, User):
            return []
        described = Statement.objects.filter(
            complaint=OuterRef("pk"), kind=StatementKind.DESCRIPTION
        ).order_by("pk")
        return list(
            visible_to(self.actor)
            .open()
            .filter(
                estate=self.order.estate_id,
                category=self.order.category_id,
                bypasses_community=self.order.bypasses_community,
            )
            .exclude(pk=self.order.pk)
            .for_page()
            .annotate(said=Subquery(described.values(beginning=Substr("text", 1, SNIPPET))[:1]))
            .order_by("reported_at")[:MOST_SUGGESTED]
        )

    def _described(self, order: Complaint) -> str:
        where = " ".join(p.name for p in (order.estate, order.building) if p is not None)
        said: str = getattr(order, "said", None) or order.reference
        line = f"{order.reference} · {where} · {order.get_status_display()}"
        return format_html(TWO_LINES, said, line)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data.get("reference") or self.cleaned_data.get("into") or ""
        if not given:
            self.add_error("reference", _("Give the reference of the original."))
            return self.cleaned_data
        known = normal(given)
        self.original = (
            visible_to(self.actor).filter(reference=known).first()
            if known is not None and isinstance(self.actor, User)
            else None
        )
        if self.original is None:
            self.add_error("reference", _("There is no such order, or it is not for you to see."))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        return {"into": self.original, "note": self.cleaned_data["note"]}

    def said(self, order: Complaint) -> str:
        into = order.merged_into.reference if order.merged_into else ""
        return str(self.told) % {"reference": into}


class NoteForm(VerbForm):
    verb = Verb.ADD_NOTE
    do = staticmethod(actions.add_note)
    button = _("Add the note")
    hint = _("The reporter never sees notes.")
    told = _("The note is added.")
    note = words(_("Note"), required=_("Write the note."))
