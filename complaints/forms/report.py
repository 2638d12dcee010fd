"""What the pages of reporting ask for."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_number
from complaints.actions.reporting import LONGEST_TEXT
from complaints.models import Category
from complaints.workflow import Kind, Source

TELEPHONE = re.compile(r"1[3-9]\d{9}|0?\d{7,11}")
MOST_PHOTOS = 6


class PhotosFileInput(forms.ClearableFileInput):
    """The name ends in "file" so that our field component lays it out as one."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files at once; what they are is for the verb to find out."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Photos"),
            help_text=_(
                "Up to 6. Photograph the trouble, not people. Where and when a photo was taken "
                "is removed."
            ),
            required=False,
            widget=PhotosFileInput(attrs={"multiple": True, "accept": "image/*"}),
        )

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]


class TelephoneField(forms.CharField):
    """A mobile or landline number, typed in any of the usual ways."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel", "type": "tel"}
        super().__init__(
            label=_("Telephone"),
            required=False,
            max_length=24,
            widget=forms.TextInput(attrs=attrs),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        number = plain_number(super().clean(value))
        if number and not TELEPHONE.fullmatch(number):
            raise forms.ValidationError(
                _("This is not a complete telephone number. Check it, or leave it empty.")
            )
        return number


def description_field() -> forms.CharField:
    return forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In your own words: what happened, since when, how bad it is."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": None}),
        error_messages={
            "required": _("Say in a few words what is wrong."),
            "max_length": _(
                "Please keep it under %(limit_value)d characters; it has %(show_value)d."
            ),
        },
    )


def spot_field() -> forms.CharField:
    return forms.CharField(
        label=_("Where exactly?"),
        help_text=_("For example: 3rd floor, left of the lift. No door number of your own home."),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Please keep it under %(limit_value)d characters.")},
    )


class TellForm(forms.Form):
    description = description_field()
    spot = spot_field()
    photos = PhotosField()


class YouForm(forms.Form):
    """Who reports. Everything may stay empty."""

    account = forms.ChoiceField(
        label=_("How do you want to report?"),
        choices=[
            ("yes", _("With my account")),
            ("no", _("Without my account, with a tracking code")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = TelephoneField(help_text=_("Only for questions about this report."))
    dwelling = forms.CharField(
        label=_("Your own door number"),
        help_text=_("Only if somebody has to come to your home."),
        required=False,
        max_length=64,
    )
    confidential = forms.BooleanField(
        label=_("Keep this report confidential"),
        help_text=_(
            "Only the office that decides sees who you are. Whoever handles it sees the building, "
            "no nearer. Neighbours' representatives do not see it at all."
        ),
        required=False,
    )
    patrol = forms.BooleanField(label=_("I found this on my patrol"), required=False)

    def __init__(self, *args: Any, signed_in: bool, holds_office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signed_in:
            del self.fields["account"]
        if not holds_office:
            del self.fields["patrol"]


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every leaf under its group, for one list to choose from."""
    groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for row in Category.objects.order_by("code"):
        if row.parent_id is None:
            groups[row.pk] = (row.name, [])
        elif row.parent_id in groups:
            groups[row.parent_id][1].append((row.code, row.name))
    return list(groups.values())


class EnterForm(forms.Form):
    """A report that staff write down for somebody."""

    source = forms.ChoiceField(
        label=_("How did it reach you?"),
        choices=[
            (Source.PHONE.value, _("By telephone")),
            (Source.WALK_IN.value, _("In person")),
            (Source.CHAT.value, _("As a message; I paste it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it reached you.")},
    )
    place = forms.ChoiceField(
        label=_("Where?"), error_messages={"required": _("Choose the place.")}
    )
    kind = forms.ChoiceField(
        label=_("What is asked for?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is asked for.")},
    )
    category = forms.ChoiceField(
        label=_("About"), error_messages={"required": _("Choose what it is about.")}
    )
    description = description_field()
    spot = spot_field()
    photos = PhotosField()
    contact_name = forms.CharField(label=_("Name of the reporter"), required=False, max_length=64)
    contact_phone = TelephoneField(
        help_text=_("With a mobile number they can take the report over into their account later.")
    )
    dwelling = forms.CharField(
        label=_("Door number of the reporter"),
        help_text=_("Only if somebody has to come to their home."),
        required=False,
        max_length=64,
    )
    confidential = forms.BooleanField(
        label=_("The reporter wants this kept confidential"), required=False
    )

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("place", places), ("category", category_choices())):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("Please choose")), *choices]


class TrackForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference of the report"),
        help_text=_("For example 9901-7K3M-9QX2-F. Dashes and capitals do not matter."),
        max_length=64,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the reference.")},
    )
    secret = forms.CharField(
        label=_("Tracking code"),
        help_text=_("The 28 letters and digits you were shown when you reported."),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the tracking code.")},
    )
