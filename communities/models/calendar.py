"""The State Council's yearly notices, as rows: which days are worked and which are not."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language, gettext_noop

# The festivals that notices name, as they write them, with our English name. Arithmetic and rows
# keep the English one, because a year without a notice has no other.
FESTIVALS = {
    "元旦": gettext_noop("New Year's Day"),
    "春节": gettext_noop("Spring Festival"),
    "清明节": gettext_noop("Qingming Festival"),
    "劳动节": gettext_noop("Labour Day"),
    "端午节": gettext_noop("Dragon Boat Festival"),
    "中秋节": gettext_noop("Mid-Autumn Festival"),
    "国庆节": gettext_noop("National Day"),
    "国庆节、中秋节": gettext_noop("National Day and Mid-Autumn Festival"),
    "中秋节、国庆节": gettext_noop("Mid-Autumn Festival and National Day"),
}


class CalendarNoticeQuerySet(models.QuerySet["CalendarNotice"]):
    def unreckoned(self) -> "CalendarNoticeQuerySet":
        """Entered or corrected, and the promises that rest on them not yet reckoned anew.

        No index: there is one row a year.
        """
        return self.filter(reckoned_at__isnull=True)


class CalendarNotice(models.Model):
    """One year's notice. A year without one is reckoned provisionally."""

    year = models.PositiveSmallIntegerField(unique=True)
    number = models.CharField(max_length=64)
    issued_on = models.DateField()
    # When somebody entered it here, or last corrected it; empty for those the portal came with.
    entered_at = models.DateTimeField(null=True, blank=True)
    # When the promises resting on it had all been reckoned by it; empty from the moment it is
    # entered or corrected until a sweep has done so.
    reckoned_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CalendarNoticeQuerySet] = CalendarNoticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.number

    @property
    def version(self) -> str:
        """What a form shows it was filled in from, so that a correction in between is noticed."""
        return self.entered_at.isoformat() if self.entered_at else "seeded"


class CalendarDay(models.Model):
    """A day that a notice names: a holiday, or a weekend worked to make up for one."""

    notice = models.ForeignKey(CalendarNotice, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


def festival_in_chinese(name: str) -> str:
    """The festival as notices write it; a name that is none of theirs as it is."""
    return next((chinese for chinese, english in FESTIVALS.items() if english == name), name)


def festival_in_english(name_zh: str) -> str:
    """Our English name of a festival or of several; others have none and stay as they are."""
    names = [FESTIVALS.get(part, part) for part in name_zh.split("、")]
    return FESTIVALS.get(name_zh) or " and ".join(names)


def festival_words(name: str, name_zh: str = "") -> str:
    """The festival in the language of the page."""
    if (get_language() or "").startswith("en"):
        return name
    return name_zh or festival_in_chinese(name)
