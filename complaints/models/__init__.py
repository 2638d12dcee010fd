from complaints.models.categories import Category
from complaints.models.deadlines import Breach, Deadline
from complaints.models.orders import Complaint
from complaints.models.records import (
    Audience,
    Contact,
    Event,
    Photo,
    PhotoMoment,
    Rating,
    Statement,
    StatementKind,
)
from complaints.models.rules import Rule, RuleStage, Unit

__all__ = [
    "Audience",
    "Breach",
    "Category",
    "Complaint",
    "Contact",
    "Deadline",
    "Event",
    "Photo",
    "PhotoMoment",
    "Rating",
    "Rule",
    "RuleStage",
    "Statement",
    "StatementKind",
    "Unit",
]
