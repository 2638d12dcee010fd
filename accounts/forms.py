"""What pages about one's own account ask for."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def plain_number(text: str) -> str:
    """A telephone number without spaces, dashes and the country's prefix, in the digits 0 to 9.

    Of whatever script they are typed: written in two ways one number would have two limits.
    """
    marks = [c for c in unicodedata.normalize("NFKC", text) if c.isdecimal() or c == "+"]
    digits = "".join(c if c == "+" else str(int(c)) for c in marks)
    for prefix in ("+86", "0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) == 11:
            return rest
    return digits.replace("+", "")


class PhoneField(forms.CharField):
    """A mobile number, typed in any of the usual ways."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault("max_length", 24)
        attrs = {"inputmode": "tel", "autocomplete": "tel", "type": "tel"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        return plain_number(super().to_python(value) or "")


IN_A_TEXT = _("Code from the text message")


class CodeField(forms.CharField):
    """The six digits from a text message, or from a letter."""

    def __init__(self, label: "StrOrPromise" = IN_A_TEXT) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code"}
        super().__init__(
            label=label,
            help_text=_("Six digits, valid for 10 minutes."),
            max_length=12,
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": _("Enter the six digits of the code.")},
        )


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Mobile number or user name"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter your mobile number or user name.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


class PhoneForm(forms.Form):
    phone = PhoneField(
        help_text=_("We send a text message with a code."),
        error_messages={"required": _("Enter your mobile number.")},
    )


class RegisterForm(forms.Form):
    code = CodeField()
    name = forms.CharField(
        label=_("Your name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 10 characters. A few words in a row are easy to remember."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        error_messages={"required": _("Choose a password.")},
    )


class ConfirmForm(forms.Form):
    code = CodeField()


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send a letter with a code."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address.")},
    )


class EmailCodeForm(forms.Form):
    code = CodeField(label=_("Code from the letter"))


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    elder = forms.BooleanField(
        label=_("Larger type and buttons"),
        help_text=_("Everything is shown larger, with bigger buttons."),
        required=False,
    )
