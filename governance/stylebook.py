"""Plain objects for the stylebook page: every part of the interface in every state it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.now import SHANGHAI
from complaints.workflow import Status

AT = datetime(2026, 2, 27, 15, 40, tzinfo=SHANGHAI)


@dataclass
class SamplePromise:
    """Stands in for a deadline."""

    stage: str
    due_at: datetime
    met_at: datetime | None = None
    void_at: datetime | None = None
    round: int = 1
    provisional: bool = False

    def get_stage_display(self) -> str:
        return self.stage


@dataclass
class SampleMoreTime:
    """Stands in for time that was granted."""

    words: str
    from_at: datetime
    until_at: datetime


@dataclass
class SamplePhoto:
    """Stands in for a photo."""

    alt: str
    id: str = "1"
    url: str = field(default_factory=lambda: static("img/roofs.svg"))
    thumb_url: str = ""


@dataclass
class SampleEvent:
    """Stands in for an event of the timeline."""

    at: datetime
    title: str
    who: str
    text: str = ""
    tone: str = "normal"
    photos: list[SamplePhoto] = field(default_factory=list)


class SampleForm(forms.Form):
    """One field of every kind."""

    description = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        help_text=gettext_lazy("In your own words. You can add photos on the next page."),
        error_messages={"required": gettext_lazy("Please say what is wrong.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    estate = forms.ChoiceField(
        label=gettext_lazy("Estate"),
        choices=[("", gettext_lazy("Please choose")), ("1", "锦绣家园"), ("2", "春风里")],
        error_messages={"required": gettext_lazy("Please choose an estate.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What would you like to do?"),
        choices=[
            ("repair", gettext_lazy("Ask for a repair")),
            ("complaint", gettext_lazy("Make a complaint")),
            ("violation", gettext_lazy("Report a violation")),
            ("enquiry", gettext_lazy("Ask a question")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one.")},
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Keep my name from the firm"),
        help_text=gettext_lazy("Only the community's office sees who reported this."),
        required=False,
    )
    photos = forms.FileField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy("Up to 9 photos: JPEG, PNG, WebP or HEIC, 10 MB each."),
        required=False,
    )


class SampleRating(forms.Form):
    """The two questions a resident is asked at the end."""

    solved = forms.ChoiceField(
        label=gettext_lazy("Is the problem solved?"),
        choices=[("yes", gettext_lazy("Yes, solved")), ("no", gettext_lazy("No, not solved"))],
        widget=forms.RadioSelect,
    )
    satisfaction = forms.ChoiceField(
        label=gettext_lazy("How satisfied are you with how it was handled?"),
        choices=[
            ("5", gettext_lazy("Very satisfied")),
            ("4", gettext_lazy("Satisfied")),
            ("3", gettext_lazy("Basically satisfied")),
            ("2", gettext_lazy("Dissatisfied")),
            ("1", gettext_lazy("Very dissatisfied")),
        ],
        widget=forms.RadioSelect,
    )


def _icons() -> list[str]:
    sprite = settings.BASE_DIR / "static" / "img" / "icons.svg"
    return re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8"))


def _promises() -> dict[str, SamplePromise]:
    hour = timedelta(hours=1)
    inspect, handle = _("On-site check"), _("Handling")
    midnight = datetime(2026, 2, 28, tzinfo=SHANGHAI)
    return {
        "open": SamplePromise(handle, AT + 2 * hour + timedelta(minutes=10)),
        "soon": SamplePromise(inspect, AT + timedelta(minutes=25)),
        "late": SamplePromise(handle, AT - 3 * hour, round=2),
        "day": SamplePromise(_("Feedback"), midnight, provisional=True),
        "met": SamplePromise(inspect, AT - hour, met_at=AT - 2 * hour),
        "met_late": SamplePromise(inspect, AT - 4 * hour, met_at=AT - 3 * hour),
        "void": SamplePromise(handle, AT + hour, void_at=AT - hour),
    }


def _events() -> list[SampleEvent]:
    photo = SamplePhoto(_("The lift door, stuck half open"))
    return [
        SampleEvent(
            AT - timedelta(hours=5),
            _("Reported"),
            _("Resident"),
            "3 号楼 2 单元电梯门关不上，老人上下楼不方便。",
            photos=[photo, SamplePhoto(_("The control panel"))],
        ),
        SampleEvent(AT - timedelta(hours=4), _("Dispatched"), _("Community office")),
        SampleEvent(AT - timedelta(hours=1), _("Handling is late"), _("By the clock"), tone="late"),
        SampleEvent(
            AT - timedelta(minutes=20),
            _("Attended on site"),
            _("Property firm"),
            "已更换门机皮带，电梯恢复运行。",
            tone="good",
        ),
    ]


def _orders() -> list[dict[str, Any]]:
    rows = [
        ("电梯故障", "锦绣家园 3 号楼 2 单元", "handling", -timedelta(hours=3), True),
        ("楼道堆物", "春风里 1 号楼", "dispatched", timedelta(minutes=42), False),
        ("公共收益公示", "翠湖苑", "reported", timedelta(days=2, hours=4), False),
        ("路灯不亮", "翠湖苑 东门", "closed", None, False),
    ]
    return [
        {
            "reference": f"9901-7K3M-9QX{number}-F",
            "category": category,
            "place": place,
            "status": status,
            "due_at": AT + left if left is not None else None,
            "urgent": urgent,
        }
        for number, (category, place, status, left, urgent) in enumerate(rows, start=2)
    ]


def parts() -> dict[str, Any]:
    """The whole context of the stylebook page."""
    wrong = SampleForm({"phone": "138", "kind": "complaint", "form_token": ""})
    return {
        "at": AT,
        "statuses": Status.choices,
        "icons": _icons(),
        "promises": _promises(),
        "more_time": SampleMoreTime(
            _("1 working day"), AT + timedelta(hours=1), datetime(2026, 2, 28, tzinfo=SHANGHAI)
        ),
        "events": _events(),
        "orders": _orders(),
        "blank_form": SampleForm(auto_id="blank_%s"),
        "wrong_form": wrong,
        "rating": SampleRating({"solved": "yes", "satisfaction": "4"}, auto_id="rate_%s"),
        "photos": [
            SamplePhoto(_("The lift door, stuck half open")),
            SamplePhoto(_("Rust"), id="2"),
        ],
        "tabs": [
            (_("Open"), "#", True, 24),
            (_("Late"), "#", False, 3),
            (_("Waiting for rating"), "#", False, 0),
            (_("All"), "#", False, "1000+"),
        ],
        "answers": [
            (_("What is wrong?"), "电梯门关不上\n已经两天了", "#", None),
            (_("Where"), "锦绣家园 3 号楼 2 单元", "#", None),
            (_("Photos"), "", "#", [SamplePhoto(_("The lift door, stuck half open"))]),
            (_("Reference"), "9901-7K3M-9QX2-F", "", None),
        ],
        "next_steps": [
            (_("The community's grid worker checks on site"), AT + timedelta(hours=3)),
            (_("The property firm handles it"), None),
            (_("You get an answer and can rate it"), datetime(2026, 3, 7, tzinfo=SHANGHAI)),
        ],
    }
