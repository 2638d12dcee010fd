"""Filters of the lists as people fill them in: the same filters, with choices they can read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.cache import cache
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Place, PlaceKind
from communities.scope import Standing, standing_of
from complaints.filters import OrderFilter
from complaints.models import Category
from complaints.models.orders import ComplaintQuerySet

# What a reader fills in; every other filter comes by a link and is carried along.
FILLED_IN = (
    "status",
    "category",
    "place",
    "kind",
    "urgency",
    "reported_from",
    "reported_until",
    "overdue",
    "escalated",
    "supervised",
    "suspended",
    "extended",
)
MOST_PLACES = 300
# Categories change by a handful a year, and a select of them stands on every list.
REMEMBERED = 60

Choices = Sequence[tuple[str, Any]]


class SelectWidget(forms.Select):
    """A select of one value for a field that takes several by a link."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in given if value]


@dataclass(frozen=True)
class Chip:
    """A filter in force: what it says, and the address without it."""

    words: str
    without: str


class PageFilter(OrderFilter):
    """`OrderFilter` with selects of what is this person's to choose from."""

    def __init__(
        self,
        data: QueryDict,
        orders: ComplaintQuerySet,
        *,
        user: User,
        at: datetime,
        parted: bool = False,
    ) -> None:
        """`parted`: the list has parts by status, so that its form need not ask for one."""
        super().__init__(data, queryset=orders, at=at)
        self._user = user
        self._left_out = {"status"} if parted else set()

    @property
    def filled_in(self) -> list[forms.BoundField]:
        """The fields of the folded form, without those that leave nothing to choose.

        Only who shows the form pays for its choices: a list that refreshes itself does not.
        """
        fields = self.form.fields
        offered = getattr(fields["status"], "choices", ())
        fields["status"].widget = SelectWidget(choices=[("", _("Any")), *offered])
        places = places_of(standing_of(self._user))
        _choose(fields["category"], category_choices())
        _choose(fields["place"], place_choices(places))
        for name in ("reported_from", "reported_until"):
            fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        left_out = self._left_out | ({"place"} if len(places) < 2 else set())
        return [self.form[name] for name in FILLED_IN if name not in left_out]

    @property
    def asks_for_late(self) -> bool:
        """Whether the list is narrowed to what is late now."""
        return self.form.is_valid() and self.form.cleaned_data.get("overdue") is True

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Filters that came by a link, to be sent along with the form."""
        return [
            (name, value) for name in self._by_link() for value in self.data.getlist(name) if value
        ]

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, in words, each with the way to be rid of it."""
        return [
            Chip(self._in_words(name, value), self._without(name))
            for name in self.form.fields
            if name != "search"
            and (value := self.form.cleaned_data.get(name)) not in (None, "", [])
        ]

    def _by_link(self) -> list[str]:
        return [name for name in self.form.fields if name not in {*FILLED_IN, "search"}]

    def _in_words(self, name: str, value: Any) -> str:
        field = self.form.fields[name]
        label = str(field.label)
        if isinstance(value, bool):
            return label if value else _("Not: %(what)s") % {"what": label}
        if isinstance(value, Model):
            return _("%(what)s: %(value)s") % {"what": label, "value": value}
        words = dict(getattr(field, "choices", ()))
        given = value if isinstance(value, list) else [value]
        shown = ", ".join(str(words.get(one, one)) for one in given)
        return _("%(what)s: %(value)s") % {"what": label, "value": shown}

    def _without(self, name: str) -> str:
        rest = self.data.copy()
        for gone in (name, "after", "before", "shown"):
            rest.pop(gone, None)
        return f"?{rest.urlencode()}"


def _choose(field: forms.Field, choices: Choices) -> None:
    """Offer these choices; what may be given stays what the field's own query finds."""
    field.widget = forms.Select(choices=[("", _("Any")), *choices])


def category_choices() -> Choices:
    """Every category under its group, in the reader's language."""
    name = "name_en" if (get_language() or "").startswith("en") else "name_zh"
    rows = cache.get_or_set(
        f"categories:{name}",
        lambda: list(Category.objects.order_by("code").values_list("code", name, "parent__code")),
        REMEMBERED,
    )
    groups = {
        code: (words, [(code, _("All of: %(name)s") % {"name": words})])
        for code, words, above in rows or ()
        if above is None
    }
    for code, words, above in rows or ():
        if above in groups:
            groups[above][1].append((code, words))
    return list(groups.values())


def places_of(standing: Standing) -> list[Place]:
    """Where this person's orders can be: communities and estates, as far as a select can hold."""
    codes = standing.overseer_codes + standing.community_codes + standing.watcher_codes
    here = Q(pk__in=standing.served_estate_ids | standing.grid_estate_ids)
    for code in codes + standing.auditor_codes:
        here |= Q(code__startswith=code)
    kinds = [PlaceKind.COMMUNITY, PlaceKind.ESTATE]
    if not standing.appointments:
        return []
    places = list(Place.objects.filter(here, kind__in=kinds).order_by("code")[: MOST_PLACES + 1])
    if len(places) > MOST_PLACES:
        # A whole district: its communities; estates are found by searching for their names.
        return list(
            Place.objects.filter(here, kind=PlaceKind.COMMUNITY).order_by("code")[:MOST_PLACES]
        )
    return places


def place_choices(places: Iterable[Place]) -> Choices:
    """Estates under their community; those whose community is not the reader's, by themselves."""
    found: list[tuple[str, Any]] = []
    group: tuple[str, list[tuple[str, str]]] = ("", [])
    for place in places:
        if place.kind == PlaceKind.COMMUNITY:
            group = (place.code, [(place.code, _("All of: %(name)s") % {"name": place.name})])
            found.append((place.name, group[1]))
        elif group[0] and place.code.startswith(group[0]):
            group[1].append((place.code, place.name))
        else:
            found.append((place.code, place.name))
    return found
