"""What the pages of offices ask for."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CodeField, PhoneField
from common.forms import Day
from communities.models import Body, InterestKind, Office, Place
from communities.queries.offices import Candidate

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,31}")


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=Day())


def _offices(offices: Iterable[Office]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Which office?"),
        choices=[(office.value, office.label) for office in offices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an office.")},
    )


def _typed() -> forms.CharField:
    return forms.CharField(
        label=_("Who?"),
        help_text=_(
            "A name, of somebody who holds or held an office; anybody else by the whole mobile "
            "number."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name or a mobile number.")},
    )


def _confirmed() -> forms.BooleanField:
    return forms.BooleanField(label=_("I know of this and appoint all the same"), required=False)


class FindForm(forms.Form):
    """Which office, and whom to look for."""

    field_order = ("office", "q")
    q = _typed()

    def __init__(self, *args: Any, offices: Iterable[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"] = _offices(offices)
        self.order_fields(self.field_order)


class LookForm(forms.Form):
    """Whom to look for; the office is known."""

    q = _typed()


class _ChosenForm(forms.Form):
    """One of those found; what was looked for goes along."""

    q = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, found: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(c.user.public_id): c for c in found}
        choices = [(key, c.words) for key, c in self.candidates.items()]
        self.fields["user"] = forms.ChoiceField(
            label=_("Is it one of these?"),
            choices=choices,
            widget=forms.RadioSelect,
            initial=choices[0][0] if len(choices) == 1 else None,
            error_messages={"required": _("Choose a person.")},
        )
        self.order_fields(self.field_order)

    @property
    def person(self) -> Any:
        return self.candidates[self.cleaned_data["user"]].user


class AppointForm(_ChosenForm):
    """An office for one of those found."""

    office = forms.CharField(widget=forms.HiddenInput, max_length=24)
    from_on = _day(_("First day in office"))
    until_on = _day(
        _("Until"), required=False, help_text=_("The first day without it; empty: open-ended.")
    )
    letter = forms.CharField(label=_("Number of the letter"), required=False, max_length=60)
    put_forward_by = forms.CharField(label=_("Put forward by"), required=False, max_length=120)
    confirmed = _confirmed()
    field_order = ("q", "office", "user", "from_on", "until_on", "letter", "put_forward_by")


class HandOverForm(_ChosenForm):
    """Whom an office goes to, and when."""

    on = _day(_("First day of the new holder"))
    until_on = _day(
        _("Until"), required=False, help_text=_("The first day without it; empty: as before.")
    )
    letter = forms.CharField(label=_("Number of the letter"), required=False, max_length=60)
    confirmed = _confirmed()
    field_order = ("q", "user", "on", "until_on", "letter")


class DismissForm(forms.Form):
    """The day and the grounds."""

    on = _day(_("First day without the office"))
    grounds = forms.CharField(
        label=_("On what grounds?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say on what grounds the office ends.")},
    )


class WithdrawForm(forms.Form):
    """The grounds; the office has not begun."""

    grounds = forms.CharField(
        label=_("On what grounds?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the office is withdrawn.")},
    )


class InviteForm(forms.Form):
    """Somebody new, by name and number."""

    name = forms.CharField(
        label=_("The person's name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the person's name.")},
    )
    phone = PhoneField(error_messages={"required": _("Enter the mobile number.")})
    from_on = _day(_("First day in office"))
    until_on = _day(
        _("Until"), required=False, help_text=_("The first day without it; empty: open-ended.")
    )
    letter = forms.CharField(label=_("Number of the letter"), required=False, max_length=60)
    put_forward_by = forms.CharField(label=_("Put forward by"), required=False, max_length=120)
    confirmed = _confirmed()
    field_order = ("office", "name", "phone", "from_on", "until_on", "letter", "put_forward_by")

    def __init__(self, *args: Any, offices: Iterable[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"] = _offices(offices)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.order_fields(self.field_order)


class JoinForm(forms.Form):
    """A name to sign in with and a password; a code where one can be sent."""

    username = forms.RegexField(
        USERNAME,
        label=_("Choose a user name"),
        help_text=_("Letters and digits, at least three. You sign in with it."),
        error_messages={
            "required": _("Choose a user name."),
            "invalid": _("Letters, digits, dots and dashes: 3 to 32, beginning with a letter."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 10 characters. A few words in a row are easy to remember."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        error_messages={"required": _("Choose a password.")},
    )
    field_order = ("code", "username", "password")

    def __init__(self, *args: Any, coded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if coded:
            self.fields["code"] = CodeField()
        self.order_fields(self.field_order)


class InterestForm(forms.Form):
    """What ties somebody to a firm."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=InterestKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    from_on = _day(_("Since when?"), required=False, help_text=_("Empty: from today."))
    note = forms.CharField(label=_("In more words"), required=False, max_length=200)
    field_order = ("firm", "kind", "from_on", "note")

    def __init__(self, *args: Any, firms: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.firms = {firm.code: firm for firm in firms}
        self.fields["firm"] = forms.ChoiceField(
            label=_("Property firm"),
            choices=[("", _("Please choose")), *((f.code, f.name) for f in self.firms.values())],
            error_messages={"required": _("Choose a property firm.")},
        )
        self.order_fields(self.field_order)

    @property
    def firm(self) -> Body:
        return self.firms[self.cleaned_data["firm"]]


class EndInterestForm(forms.Form):
    on = _day(_("First day without it"))


STATES = [
    ("held", _("In force")),
    ("coming", _("To come")),
    ("over", _("Over")),
    ("crossed", _("Cross-appointments")),
]


class OfficeFilter(forms.Form):
    """What the list of offices is narrowed by."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"] = forms.ChoiceField(
            label=_("Office"), required=False, choices=[("", _("All")), *Office.choices]
        )
        self.fields["place"] = forms.ChoiceField(
            label=_("Place"),
            required=False,
            choices=[("", _("All")), *((p.code, p.name) for p in places)],
        )
        self.order_fields(("name", "office", "place", "state"))
