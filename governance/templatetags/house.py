"""The portal's own template tags: times in words, badges, fields and form tokens.

No tag asks the clock: the page passes `at`, so that everything on one page is told from one
moment and no list costs a query per row.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

from common.timewords import (
    ago,
    clocktime,
    clockwords,
    daywords,
    isotime,
    time_left,
    weekwords,
    yearday,
)
from common.timewords import duration as duration
from communities.models import Office
from complaints.queries.countersigning import checks_waiting
from complaints.workflow import Status

if TYPE_CHECKING:
    from django.forms import BaseForm, BoundField
    from django.template import Context
    from django.utils.safestring import SafeString

    from accounts.models import User

register = template.Library()

SOON = timedelta(hours=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

# The tone says whose turn it is, the icon tells it without colour.
STATUS_LOOKS: dict[str, tuple[str, str]] = {
    Status.REPORTED: ("waiting", "inbox"),
    Status.DISPATCHED: ("waiting", "send"),
    Status.HANDLING: ("moving", "wrench"),
    Status.HANDLED: ("moving", "clipboard"),
    Status.ANSWERED: ("yours", "star"),
    Status.RECHECK: ("yours", "phone"),
    Status.CLOSED: ("good", "done"),
    Status.REFUSED: ("ended", "ban"),
    Status.MERGED: ("ended", "merge"),
    Status.WITHDRAWN: ("ended", "undo"),
}

INPUT_CLASSES = {"select": "form-select", "checkbox": "form-check-input"}
GROUPS = {"radioselect", "checkboxselectmultiple"}


class Promise(Protocol):
    """What the deadline tag reads; the model `Deadline` is one."""

    round: int
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    provisional: bool

    def get_stage_display(self) -> str: ...


# --- Times in words ---------------------------------------------------------------------------


for words in (clocktime, clockwords, daywords, weekwords, yearday, isotime, ago):
    register.filter(words.__name__, words)


def _left_facts(due_at: datetime, at: datetime) -> dict[str, Any]:
    late = at >= due_at
    soon = not late and due_at - at <= SOON
    return {
        "due_at": due_at,
        "at": at,
        "words": time_left(due_at, at),
        "tone": "late" if late else "soon" if soon else "normal",
    }


@register.simple_tag
def checks_to_countersign(user: User) -> int:
    """How many on-site checks wait for this person's name: the register's floor cannot know."""
    return checks_waiting(user)


@register.inclusion_tag("components/_left.html")
def left(due_at: datetime | None, at: datetime) -> dict[str, Any]:
    """The time left in words, kept fresh by countdown.js; nothing for no deadline."""
    return _left_facts(due_at, at) if due_at else {}


def _outcome(promise: Promise) -> tuple[str, str, str]:
    """State, icon and words of a deadline that has ended."""
    if promise.met_at is None:
        return "void", "ban", _("No longer counted")
    if promise.met_at < promise.due_at:
        return "met", "done", _("Met on time")
    return "met-late", "late", _("Met late")


@register.inclusion_tag("components/_deadline.html")
def deadline(
    promise: Promise, at: datetime, *, resting: bool = False, more: Any = None, how: str = ""
) -> dict[str, Any]:
    """One promise: stage, due time by the clock and in words, provisional mark.

    `resting`: no time runs now; `more`: time that was granted; `how`: where it is reckoned.
    """
    facts = {
        "stage": promise.get_stage_display(),
        "round": promise.round,
        "provisional": promise.provisional,
        "more": more,
        "how": how,
        **_left_facts(promise.due_at, at),
    }
    if promise.met_at is None and promise.void_at is None:
        return {
            **facts,
            "open": True,
            "resting": resting,
            "state": "resting" if resting else facts["tone"],
        }
    state, icon_name, words = _outcome(promise)
    late_by = ""
    if promise.met_at is not None and state == "met-late":
        late_by = time_left(promise.due_at, promise.met_at)
    return {
        **facts,
        "open": False,
        "state": state,
        "icon": icon_name,
        "words": words,
        "late_by": late_by,
        "ended_at": promise.met_at or promise.void_at,
    }


# --- Marks ------------------------------------------------------------------------------------


@register.filter
def office_name(office: str) -> str:
    """What an office is called, from the code a notice keeps."""
    return str(Office(office).label) if office in Office.values else office


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our icons, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.inclusion_tag("components/_status.html")
def status(value: str, label: str = "") -> dict[str, str]:
    """The badge of a status: colour, icon and word (its own name unless another is given)."""
    tone, icon_name = STATUS_LOOKS[Status(value)]
    return {"tone": tone, "icon": icon_name, "label": str(label or Status(value).label)}


@register.filter
def percent(part: int, whole: int) -> str:
    """A share as "73.3 %"; empty for a whole of nought, which is never 100 %."""
    return f"{part * 100 / whole:.1f} %" if whole else ""


# --- Forms ------------------------------------------------------------------------------------


@register.filter
def kind(field: BoundField) -> str:
    """How `_field.html` lays a field out: group, checkbox, file, select or input."""
    if field.widget_type in GROUPS:
        return "group"
    if field.widget_type.endswith("file"):
        return "file"
    return field.widget_type if field.widget_type in INPUT_CLASSES else "input"


@register.simple_tag
def describedby(field: BoundField, hint: str = "") -> str:
    """The ids of the hint and the error of a field, as `_field.html` writes them."""
    ids = [f"{field.auto_id}_helptext"] if hint or field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(ids)


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """The input itself, with our classes, tied to its hint and error."""
    own = field.field.widget.attrs.get("class", "")
    house = INPUT_CLASSES.get(kind(field), "form-control")
    attrs: dict[str, str | bool] = {"class": f"{own} {house}".strip()}
    if described := describedby(field, hint):
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the element that takes the focus for this field (of a group: the first)."""
    return f"{field.auto_id}_0" if field.widget_type in GROUPS else field.id_for_label


# Words that do not say which field they are of.
NAMELESS = (
    "Say it in a sentence.",
    "This field is required.",
    "Enter a valid date.",
    "Enter a whole number.",
    "Enter a number.",
)


@register.filter
def summed_up(error: str, field: BoundField) -> str:
    """An error as the summary above a form says it: several that are the same are told apart."""
    if str(error) in {_(words) for words in NAMELESS}:
        return _("%(field)s: %(error)s") % {"field": field.label, "error": error}
    return error


@register.simple_tag(takes_context=True)
def form_token(context: Context, form: BaseForm | None = None) -> SafeString:
    """A hidden random value that lets a form be handed in once; kept when it is shown again.

    Where a page holds several forms, pass the form: only the one that came back keeps its value.
    """
    request = context.get("request")
    came_back = form.is_bound if form is not None else True
    sent = request.POST.get("form_token", "") if request is not None and came_back else ""
    value = sent if TOKEN.fullmatch(sent) else secrets.token_urlsafe(18)
    return format_html('<input type="hidden" name="form_token" value="{}">', value)
