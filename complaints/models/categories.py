"""What a report is about: 17 groups and 88 leaves, as data, editable later by each district."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language

from complaints.workflow import Urgency


class Category(models.Model):
    """A group (no parent) or a leaf. Gaps in the codes are deliberate: never reuse one."""

    code = models.CharField(max_length=4, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    urgency = models.CharField(max_length=8, choices=Urgency, blank=True)
    # Who usually handles it: "firm", "community" or a department's duty ("fire", "housing").
    usual_handler = models.CharField(max_length=32, blank=True)
    call_in_level = models.PositiveSmallIntegerField(null=True, blank=True)
    # An accusation against the community's own people never enters the community's queue.
    bypass_community = models.BooleanField(default=False)
    emergency_number = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("code",)
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh
