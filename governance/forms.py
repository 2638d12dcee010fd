"""What the pages that belong to no app ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Place
from notifications.models import RobotKind


class GroupForm(forms.Form):
    """A chat group's robot. Its address is a password: shown to nobody once it is kept."""

    place = forms.ChoiceField(label=_("For which office"))
    name = forms.CharField(
        label=_("Name of the group"),
        help_text=_("As the office calls it, for example “Duty group”."),
        max_length=60,
        error_messages={"required": _("Give the group a name.")},
    )
    kind = forms.ChoiceField(
        label=_("Where the group is"),
        choices=RobotKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the group is.")},
    )
    address = forms.CharField(
        label=_("Address of the robot (webhook)"),
        help_text=_(
            "In the group's settings add a robot and copy its address. It is kept encrypted and "
            "never shown again: whoever has it can write to the group."
        ),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Copy the robot's address here.")},
    )
    secret = forms.CharField(
        label=_("Secret for signing"),
        help_text=_(
            "For DingTalk and Feishu, where the robot asks for signed messages. "
            "If DingTalk asks for a keyword instead, give the portal's Chinese name: every message "
            "begins with it."
        ),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
    )

    def __init__(self, data: Any, *, places: Sequence[Place]) -> None:
        super().__init__(data)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(place.code, place.name) for place in places]
        if len(places) == 1:
            # One office: nothing to choose.
            field.required = False
            field.widget = forms.HiddenInput()
            field.initial = places[0].code
        self.only = places[0].code if len(places) == 1 else ""

    def clean_place(self) -> str:
        return self.only or str(self.cleaned_data["place"])
