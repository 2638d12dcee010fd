"""What pages and programs hand to a verb of the register: one form serves both doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DeedForm(forms.Form):
    """The answers a verb needs about its target; `given` is what the verb takes."""

    def __init__(self, *args: Any, target: Any, by: User, **kwargs: Any) -> None:
        self.target, self.by = target, by
        kwargs.setdefault("initial", self.known(target))
        super().__init__(*args, **kwargs)
        self.prepare()

    def known(self, target: Any) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        return {}

    def prepare(self) -> None:
        """Choices that depend on the target."""

    def choose(self, name: str, choices: Any) -> None:
        """Offer these in a drop-down."""
        chosen: Any = self.fields[name]
        chosen.choices = choices

    def among(self, name: str, rows: Any) -> None:
        """Offer these rows in a drop-down."""
        chosen: Any = self.fields[name]
        chosen.queryset = rows

    @property
    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


@dataclass(frozen=True)
class Deed:
    """A verb as its doors know it: title and button, what it asks, who may, what it does.

    `check` raises NotAllowed; `fits` says whether the verb exists for such a target at all;
    `ready` raises WrongState where it exists, but not as things stand.
    """

    title: "StrOrPromise"
    button: "StrOrPromise"
    done: "StrOrPromise"
    form: type[DeedForm]
    do: Callable[..., Any]
    check: Callable[[User, Any], object]
    fits: Callable[[Any], bool] = lambda _target: True
    grave: bool = False
    ready: Callable[[Any], object] = lambda _target: None
    help: "StrOrPromise" = ""
    # Where to go afterwards, from what the verb made; else back to the target's page.
    leads: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Noun:
    """What the verbs are done to: how it is found (404 else), its page, its name."""

    find: Callable[[User, str], Any]
    page: Callable[[Any], str]
    name: Callable[[Any], str]
    deeds: Mapping[str, Deed] = field(default_factory=dict)


def day(label: "StrOrPromise", *, help_text: "StrOrPromise" = "", **kwargs: Any) -> forms.DateField:
    """A day, by the browser's own control."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text, **kwargs)


def line(label: "StrOrPromise", most: int, **kwargs: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=most, **kwargs)


def words(label: "StrOrPromise", most: int = 5000, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def number(label: "StrOrPromise", most: int = 1_000_000, **kwargs: Any) -> forms.IntegerField:
    """A whole number, not less than nothing."""
    kwargs.setdefault("min_value", 0)
    return forms.IntegerField(label=label, max_value=most, **kwargs)


def choice(label: "StrOrPromise", choices: Any, **kwargs: Any) -> forms.ChoiceField:
    """One of a list, as a drop-down; nothing is chosen beforehand."""
    listed = [("", "—"), *choices]
    return forms.ChoiceField(label=label, choices=listed, **kwargs)
