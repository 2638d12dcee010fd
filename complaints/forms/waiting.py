"""Forms about time: more of it, rest, and the class that says how much there is."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.scope import day_of
from complaints import actions
from complaints.actions.waiting import LONGEST_SUSPENSION
from complaints.forms._verb import VerbForm, choice, words
from complaints.models import Category, PauseGround, Unit
from complaints.queries.waiting import rest_asked, time_asked
from complaints.workflow import Urgency, Verb

HOUR = 3600
# People ask for hours; the verb and the rules count seconds.
SPANS = [
    ("hours", _("hours")),
    (Unit.WORKING_DAYS.value, _("working days")),
    (Unit.CALENDAR_DAYS.value, _("days, rest days included")),
]
ONE_DAY = timedelta(days=1)


class AskExtensionForm(VerbForm):
    verb = Verb.ASK_EXTENSION
    do = staticmethod(actions.ask_extension)
    button = _("Ask for more time")
    hint = _("Once for each deadline, before it is over. The time runs on until it is granted.")
    told = _("Your request is with the office that decides it. The time runs on meanwhile.")
    amount = forms.IntegerField(
        label=_("How much more time?"),
        help_text=_("At most 24 hours, 10 working days or 14 days."),
        min_value=1,
        max_value=999,
        error_messages={
            "required": _("Say how much more time is needed."),
            "invalid": _("Write a whole number, for example 2."),
            "min_value": _("Say how much more time is needed."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": None, "max": None}),
    )
    unit = choice(_("Of what?"), SPANS, required=_("Choose hours or days."))
    note = words(
        _("Why is more time needed?"),
        required=_("Say why more time is needed; the resident reads it once it is granted."),
        hint=_("Whoever decides it reads this."),
    )

    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given["unit"] == "hours":
            given.update(amount=given["amount"] * HOUR, unit=Unit.SECONDS.value)
        return given


class DecideExtensionForm(VerbForm):
    """A form that answers a request for more time, with the request beside it."""

    beside_title = _("What was asked for")

    def prepare(self) -> None:
        asked = time_asked(self.order, self.actor, self.at)
        if asked is not None:
            words = {"stage": asked.stage.label, "time": asked.amount}
            head = _now("%(stage)s: %(time)s more") % words
            self.beside = f"{head}\n\n{asked.note}".strip()


class GrantExtensionForm(DecideExtensionForm):
    verb = Verb.GRANT_EXTENSION
    do = staticmethod(actions.grant_extension)
    button = _("Grant more time")
    hint = _("The reporter sees the new time, and why.")
    told = _("More time is granted; everybody on the order has been told.")
    note = words(
        _("Why is there more time?"),
        required=_("Say why there is more time; the resident reads it."),
        hint=_("The reporter reads it."),
    )


class RefuseExtensionForm(DecideExtensionForm):
    verb = Verb.REFUSE_EXTENSION
    do = staticmethod(actions.refuse_extension)
    button = _("Do not grant more time")
    hint = _("The time stays as it is. The reporter does not hear of it.")
    told = _("Not granted; whoever asked has been told.")
    grave = True
    note = words(
        _("Why is there no more time?"),
        required=_("Say why there is no more time."),
        hint=_("Staff and the handler read it; the reporter does not."),
    )


class RestForm(VerbForm):
    """What the order waits for, and when somebody looks at it again."""

    ground = choice(
        _("What does it wait for?"),
        PauseGround.choices,
        required=_("Choose a ground from the list."),
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        help_text=_("Within 180 days. When that day is over the time runs on by itself."),
        error_messages={
            "required": _("Say on which day somebody looks at it again."),
            "invalid": _("Write the day like 2026-03-31."),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def prepare(self) -> None:
        today = day_of(self.at)
        ends = {"min": today + ONE_DAY, "max": today + LONGEST_SUSPENSION}
        self.fields["review_on"].widget.attrs.update(
            {name: day.isoformat() for name, day in ends.items()}
        )


class AskSuspensionForm(RestForm):
    verb = Verb.ASK_SUSPENSION
    do = staticmethod(actions.ask_suspension)
    button = _("Ask for suspension")
    hint = _("The office above decides. Until then the time runs on.")
    told = _("Your request is with the office above. The time runs on meanwhile.")
    note = words(
        _("What does it wait for, in your words?"),
        required=_("Say what the order has to wait for."),
        hint=_("Whoever decides it reads this."),
    )


class SuspendForm(RestForm):
    verb = Verb.SUSPEND
    do = staticmethod(actions.suspend)
    button = _("Suspend")
    hint = _("No time runs until the day of review is over. The reporter reads why.")
    told = _("Suspended; everybody on the order has been told.")
    beside_title = _("What was asked for")
    note = words(
        _("What does it wait for, in your words?"),
        required=_("Say what the order has to wait for; the resident reads it."),
        hint=_("The reporter reads it."),
    )

    def prepare(self) -> None:
        super().prepare()
        asked = rest_asked(self.order)
        if asked is not None:
            self.initial.setdefault("ground", asked.ground)
            self.initial.setdefault("review_on", asked.review_on)
            self.beside = asked.note


class RefuseSuspensionForm(VerbForm):
    verb = Verb.REFUSE_SUSPENSION
    do = staticmethod(actions.refuse_suspension)
    button = _("Do not suspend")
    hint = _("The time has run on and runs on. The reporter does not hear of it.")
    told = _("Not suspended; whoever asked has been told.")
    grave = True
    beside_title = _("What was asked for")
    note = words(
        _("Why can it not wait?"),
        required=_("Say why the order cannot wait."),
        hint=_("Staff and the handler read it; the reporter does not."),
    )

    def prepare(self) -> None:
        asked = rest_asked(self.order)
        if asked is not None:
            until = date_format(asked.review_on, "DATE_FORMAT")
            self.beside = f"{asked.ground_words} · {until}\n\n{asked.note}".strip()


class ResumeForm(VerbForm):
    verb = Verb.RESUME
    do = staticmethod(actions.resume)
    button = _("Resume")
    hint = _("What it waited for is there: the time runs on from now.")
    told = _("Resumed: the time runs on from now.")
    note = words(_("What has changed?"), hint=_("The reporter reads it."))


class ReclassifyForm(VerbForm):
    verb = Verb.RECLASSIFY
    do = staticmethod(actions.reclassify)
    button = _("Change the category")
    hint = _("The time runs on by the rules of the new category. What is late stays late.")
    told = _("The category is changed; everybody on the order has been told.")
    category = choice(
        _("What is it about?"),
        (),
        required=_("Choose a category, not a group of them."),
        widget=forms.Select,
    )
    urgency = choice(
        _("How pressing is it?"), [("", _("As usual for the category")), *Urgency.choices]
    )
    note = words(
        _("Why is the category changed?"),
        required=_("Say why the category is changed."),
        hint=_("Staff and the handler read it; the reporter does not."),
    )

    def prepare(self) -> None:
        leaves = Category.objects.filter(parent__isnull=False).select_related("parent")
        if self.order.bypasses_community:
            # An accusation stays one, so that it never comes before those it accuses.
            leaves = leaves.filter(bypass_community=True)
        self.leaves = {leaf.code: leaf for leaf in leaves.order_by("code")}
        groups: dict[str, list[tuple[str, str]]] = {}
        for leaf in self.leaves.values():
            group = leaf.parent.name if leaf.parent is not None else ""
            groups.setdefault(group, []).append((leaf.code, leaf.name))
        field = self.fields["category"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _now("Please choose")), *groups.items()]
        self.initial.setdefault("category", self.order.category.code)

    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "category": self.leaves[self.cleaned_data["category"]]}
