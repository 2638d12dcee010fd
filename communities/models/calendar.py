"""The State Council's yearly notices, as rows: which days are worked and which are not."""

from django.db import models


class CalendarNotice(models.Model):
    """One year's notice. A year without one is reckoned provisionally."""

    year = models.PositiveSmallIntegerField(unique=True)
    number = models.CharField(max_length=64)
    issued_on = models.DateField()

    def __str__(self) -> str:
        return self.number


class CalendarDay(models.Model):
    """A day that a notice names: a holiday, or a weekend worked to make up for one."""

    notice = models.ForeignKey(CalendarNotice, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
