"""Fields that several forms of ratings have."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body


def firm_field() -> "forms.ModelChoiceField[Body]":
    """A firm by its code; the form says which there are to choose from."""
    return forms.ModelChoiceField(
        Body.objects.none(),
        label=_("Property firm"),
        to_field_name="code",
        empty_label=_("Please choose"),
    )
