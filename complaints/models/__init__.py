from complaints.models.categories import Category
from complaints.models.deadlines import Breach, Deadline
from complaints.models.orders import Complaint
from complaints.models.pauses import Asked, Extension, Pause, PauseGround
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
from complaints.models.supervision import (
    SupervisedOrder,
    SupervisionCounter,
    SupervisionEvent,
    SupervisionOrder,
    SupervisionStatement,
    SupervisionText,
)

__all__ = [
    "Asked",
    "Audience",
    "Breach",
    "Category",
    "Complaint",
    "Contact",
    "Deadline",
    "Event",
    "Extension",
    "Pause",
    "PauseGround",
    "Photo",
    "PhotoMoment",
    "Rating",
    "Rule",
    "RuleStage",
    "Statement",
    "StatementKind",
    "SupervisedOrder",
    "SupervisionCounter",
    "SupervisionEvent",
    "SupervisionOrder",
    "SupervisionStatement",
    "SupervisionText",
    "Unit",
]
