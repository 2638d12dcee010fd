"""What lists of orders can be narrowed by: one set of words for the pages and the API."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from common.codes import normal
from common.now import SHANGHAI, now
from communities.models import Body, Place, PlaceKind
from complaints.models import Category, Complaint, Statement, StatementKind
from complaints.models.orders import ENDED_STATUSES, OPEN_STATUSES, ComplaintQuerySet
from complaints.queries.countersigning import unsigned_checks
from complaints.queries.lists import extended_promises
from complaints.queries.overview import (
    WAY_TO,
    broken,
    handling,
    late_now,
    punctuality,
    unrated,
    was_judged,
)
from complaints.workflow import Kind, Status, Urgency

MOST_WORDS = 4
LONGEST_SEARCH = 60


class Checkbox(forms.CheckboxInput):
    """A box whose absence means "do not ask", not "no"."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name) or None


class FlagField(forms.NullBooleanField):
    widget = Checkbox


class FlagFilter(filters.Filter):  # type: ignore[misc]
    """true, false, or not asked."""

    field_class = FlagField


class OrderFilter(filters.FilterSet):  # type: ignore[misc]
    """Every filter of a list of orders. Unknown codes and words are refused at their field.

    `at` is the moment of the page; without it the clock is asked when a filter needs it.
    """

    search = filters.CharFilter(method="searched", label=_("Search"), max_length=LONGEST_SEARCH)
    status = filters.MultipleChoiceFilter(choices=Status, label=_("Status"))
    open = FlagFilter(method="still_open", label=_("Still open"))
    kind = filters.ChoiceFilter(choices=Kind, label=_("Kind"), empty_label=_("Any"))
    urgency = filters.ChoiceFilter(choices=Urgency, label=_("Urgency"), empty_label=_("Any"))
    category = filters.ModelChoiceFilter(
        queryset=Category.objects.all(),
        to_field_name="code",
        method="in_category",
        label=_("Category"),
        empty_label=_("Any"),
    )
    place = filters.ModelChoiceFilter(
        queryset=Place.objects.filter(kind__in=sorted(WAY_TO)),
        to_field_name="code",
        method="at_place",
        label=_("Place"),
        empty_label=_("Any"),
    )
    estate = filters.ModelChoiceFilter(
        queryset=Place.objects.estates(), to_field_name="code", label=_("Estate")
    )
    community = filters.ModelChoiceFilter(
        queryset=Place.objects.filter(kind=PlaceKind.COMMUNITY),
        to_field_name="code",
        field_name="estate__parent",
        label=_("Community"),
    )
    firm = filters.ModelChoiceFilter(
        queryset=Body.objects.all(), to_field_name="code", field_name="handler", label=_("Handler")
    )
    overdue = FlagFilter(method="is_overdue", label=_("Late now"))
    escalated = FlagFilter(method="is_escalated", label=_("Escalated"))
    suspended = FlagFilter(method="is_suspended", label=_("Suspended"))
    extended = FlagFilter(method="was_extended", label=_("Extended"))
    supervised = FlagFilter(method="is_supervised", label=_("Under supervision"))
    to_countersign = FlagFilter(method="waits_for_name", label=_("Check to countersign"))
    level = filters.NumberFilter(
        field_name="escalated_level", label=_("Escalation level"), min_value=0, max_value=9
    )
    reopened = FlagFilter(method="was_reopened", label=_("Not solved at first"))
    unrated = FlagFilter(method="was_unrated", label=_("Closed without a rating"))
    punctual = filters.ChoiceFilter(
        choices=[("yes", _("In time")), ("no", _("Late")), ("either", _("Settled or late"))],
        method="was_punctual",
        label=_("Promises kept"),
    )
    promised_by = filters.ModelChoiceFilter(
        queryset=Body.objects.all(),
        to_field_name="code",
        method="was_promised_by",
        label=_("Handling promised by"),
    )
    kept_by = filters.ModelChoiceFilter(
        queryset=Body.objects.all(),
        to_field_name="code",
        method="was_kept_by",
        label=_("Handled in time by"),
    )
    late_by = filters.ModelChoiceFilter(
        queryset=Body.objects.all(),
        to_field_name="code",
        method="is_late_by",
        label=_("Handling now late by"),
    )
    reported_from = filters.DateFilter(method="since", label=_("Reported from"))
    reported_until = filters.DateFilter(method="until", label=_("Reported until"))

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    @property
    def at(self) -> datetime:
        if self._at is None:
            self._at = now()
        return self._at

    def searched(self, orders: ComplaintQuerySet, _name: str, text: str) -> ComplaintQuerySet:
        reference = normal(text)
        if reference is not None:
            return orders.filter(reference=reference)
        for word in text.split()[:MOST_WORDS]:
            orders = orders.filter(says(word))
        return orders

    def still_open(self, orders: ComplaintQuerySet, _name: str, wanted: bool) -> ComplaintQuerySet:
        return orders.filter(status__in=OPEN_STATUSES if wanted else ENDED_STATUSES)

    def in_category(
        self, orders: ComplaintQuerySet, _name: str, category: Category
    ) -> ComplaintQuerySet:
        # By way of the codes: two joins under an OR would keep the database off every index.
        return orders.filter(
            category__in=Category.objects.filter(Q(pk=category.pk) | Q(parent=category.pk))
        )

    def at_place(self, orders: ComplaintQuerySet, _name: str, place: Place) -> ComplaintQuerySet:
        return orders.filter(**{WAY_TO[PlaceKind(place.kind)]: place.pk})

    def is_overdue(self, orders: ComplaintQuerySet, _name: str, wanted: bool) -> ComplaintQuerySet:
        late = Q(next_due_at__lte=self.at)
        return orders.filter(late if wanted else Q(next_due_at__isnull=True) | ~late)

    def is_escalated(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        higher = Q(escalated_level__gte=1)
        return orders.filter(higher if wanted else Q(escalated_level__isnull=True) | ~higher)

    def is_suspended(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        resting = Q(suspended_until__gt=self.at)
        return orders.filter(resting if wanted else Q(suspended_until__isnull=True) | ~resting)

    def was_extended(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        more = Exists(extended_promises())
        return orders.filter(more if wanted else ~more)

    def is_supervised(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        return orders.filter(supervised__gt=0) if wanted else orders.filter(supervised=0)

    def waits_for_name(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        waiting = Exists(unsigned_checks())
        return orders.filter(waiting if wanted else ~waiting)

    def was_reopened(
        self, orders: ComplaintQuerySet, _name: str, wanted: bool
    ) -> ComplaintQuerySet:
        return orders.filter(Q(unsolved__gt=0) if wanted else Q(unsolved=0))

    def was_unrated(self, orders: ComplaintQuerySet, _name: str, wanted: bool) -> ComplaintQuerySet:
        return orders.filter(unrated() if wanted else ~unrated())

    def was_punctual(self, orders: ComplaintQuerySet, _name: str, which: str) -> ComplaintQuerySet:
        return orders.filter(punctuality(self.at)[which])

    def was_promised_by(
        self, orders: ComplaintQuerySet, _name: str, body: Body
    ) -> ComplaintQuerySet:
        return orders.filter(Exists(handling(body).filter(was_judged(self.at))))

    def was_kept_by(self, orders: ComplaintQuerySet, name: str, body: Body) -> ComplaintQuerySet:
        promised = self.was_promised_by(orders, name, body)
        return promised.filter(~Exists(handling(body).filter(broken(self.at))))

    def is_late_by(self, orders: ComplaintQuerySet, _name: str, body: Body) -> ComplaintQuerySet:
        return orders.filter(Exists(handling(body).filter(late_now(self.at))))

    def since(self, orders: ComplaintQuerySet, _name: str, day: date) -> ComplaintQuerySet:
        return orders.filter(reported_at__gte=midnight(day))

    def until(self, orders: ComplaintQuerySet, _name: str, day: date) -> ComplaintQuerySet:
        return orders.filter(reported_at__lt=midnight(day + timedelta(days=1)))


def midnight(day: date) -> datetime:
    """The beginning of a Shanghai day."""
    return datetime.combine(day, time(), SHANGHAI)


def says(word: str) -> Q:
    """Orders that speak of this word: in the description, where it is, what and whose it is.

    Where exactly a confidential trouble is, is not searched: finding it would tell it.
    """
    words = Statement.objects.filter(complaint=OuterRef("pk"), text__icontains=word)
    described = words.filter(kind=StatementKind.DESCRIPTION)
    located = words.filter(kind=StatementKind.SPOT, complaint__confidential=False)
    return (
        Exists(described)
        | Exists(located)
        | Q(estate__name__icontains=word)
        | Q(building__name__icontains=word)
        | Q(category__name_zh__icontains=word)
        | Q(category__name_en__icontains=word)
        | Q(handler__name__icontains=word)
        | Q(reference__icontains=word)
    )
