"""What an indicator was on a day: kept, because its rows change."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communities.models.places import Place


class IndicatorFigure(models.Model):
    """An indicator of a place on a day. A zero denominator is blank, never 100 %."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="figures")
    indicator = models.CharField(max_length=32)
    on = models.DateField()
    numerator = models.DecimalField(max_digits=16, decimal_places=2)
    denominator = models.DecimalField(max_digits=16, decimal_places=2)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "indicator", "on"], name="indicator_figure_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(denominator__gte=0), name="indicator_denominator_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.place}, {self.on}"
