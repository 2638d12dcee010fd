"""What the pages of recommendations ask for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.forms import Day
from communities.models import Body, Place
from ratings.credit import exact
from ratings.models import (
    POOL,
    Addressee,
    Advice,
    Recommendation,
    Result,
)
from ratings.permissions.results import advises
from ratings.queries.results import (
    Ground,
    cards_for,
    credit_for,
    ground_words,
    listings_for,
    seat_of,
    served_estates,
)

LONGEST = 2000
RECENT = 12
VOTES = ("votes_for", "votes_against", "votes_abstained", "votes_whole")
AREAS = ("area_for", "area_against", "area_abstained", "area_whole")


def _words(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Say it in a sentence.")},
        **more,
    )


class RecommendForm(forms.Form):
    """What is recommended of one firm, on what ground, to whom, until when."""

    advice = forms.ChoiceField(
        label=_("What is recommended"), choices=Advice.choices, widget=forms.RadioSelect
    )
    estate = forms.ChoiceField(
        label=_("Estate"), required=False, help_text=_("Not for the preferred pool.")
    )
    ground = forms.ChoiceField(label=_("On the ground of"))
    addressee = forms.ChoiceField(label=_("Addressed to"), choices=Addressee.choices)
    due_on = forms.DateField(
        label=_("What becomes of it is to be said by"),
        widget=Day,
        help_text=_("A contract that is not renewed needs its days of notice before it ends."),
    )
    text = _words(_("Recommendation, as those concerned read it"))

    def __init__(self, data: QueryDict | None, *, firm: Body, by: User) -> None:
        super().__init__(data)
        self.estates = {place.code: place for place in served_estates(firm, by)}
        seat = seat_of(firm)
        places = [*self.estates.values(), *([seat] if advises(by, seat) else [])]
        self.grounds = _grounds(firm, places)
        named = [(code, place.name) for code, place in self.estates.items()]
        self.fields["estate"].choices = [("", _("None")), *named]  # type: ignore[attr-defined]
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (key, ground_words(ground)) for key, ground in self.grounds.items()
        ]
        if not advises(by, seat):
            open_to = [(code, label) for code, label in Advice.choices if code not in POOL]
            self.fields["advice"].choices = open_to  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "ground" in said:
            said["ground"] = self.grounds[said["ground"]]
        said["estate"] = self.estates.get(said.get("estate", ""))
        return said


def _grounds(firm: Body, places: list[Place]) -> dict[str, Ground]:
    """Everything this firm's recommendation can rest on at one of these places."""
    found: dict[str, Ground] = {}
    for place in places[:RECENT]:
        for listing in listings_for(firm, place)[:RECENT]:
            found.setdefault(str(listing.public_id), listing)
        for card in cards_for(firm, place)[:RECENT]:
            found.setdefault(str(card.public_id), card)
    if (credit := credit_for(firm, places)) is not None:
        # By what it says: whoever read another grade chooses again.
        found[f"credit {credit.level} {exact(credit.points)}"] = credit
    return found


class OutcomeForm(forms.Form):
    """What became of a recommendation; for a vote its numbers; why, where it corrects another."""

    result = forms.ChoiceField(
        label=_("What became of it"), choices=Result.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label=_("Day"), widget=Day)
    text = _words(_("In words"))
    said_by = forms.CharField(
        label=_("Who says so"),
        max_length=120,
        help_text=_("The body and its document, such as the minutes of the owners' meeting."),
    )

    def __init__(
        self, data: QueryDict | None, *, of: Recommendation, correcting: bool = False
    ) -> None:
        super().__init__(data)
        if of.about_pool:
            both = [(code, label) for code, label in Result.choices if code != Result.IN_PART]
            self.fields["result"].choices = both  # type: ignore[attr-defined]
        if of.advice == Advice.VOTE:
            self.fields |= _vote(of.place)
        if correcting:
            self.fields["because"] = forms.CharField(
                label=_("Why the outcome on record is corrected"), max_length=200
            )


def _vote(estate: Place) -> dict[str, forms.Field]:
    """Owners and their area; the whole as the estate's ledger has it."""
    labels = {
        "votes_for": _("Owners for it"),
        "votes_against": _("Owners against it"),
        "votes_abstained": _("Owners who abstained"),
        "votes_whole": _("Owners in all"),
        "area_for": _("Area for it, m²"),
        "area_against": _("Area against it, m²"),
        "area_abstained": _("Area that abstained, m²"),
        "area_whole": _("Area in all, m²"),
    }
    ledger = getattr(estate, "estate", None)
    whole = {"votes_whole": ledger.households, "area_whole": ledger.floor_area} if ledger else {}
    found: dict[str, forms.Field] = {}
    for name in VOTES:
        found[name] = forms.IntegerField(
            label=labels[name], min_value=0, required=False, initial=whole.get(name)
        )
    for name in AREAS:
        found[name] = forms.DecimalField(
            label=labels[name], min_value=0, max_digits=12, decimal_places=2, required=False,
            initial=whole.get(name),
        )  # fmt: skip
    return found


class WithdrawForm(forms.Form):
    because = _words(_("Why it is withdrawn"), rows=3)
