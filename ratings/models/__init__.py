from ratings.models.assessments import Assessment, AssessmentState, Finding, FindingPhoto
from ratings.models.cards import Scorecard
from ratings.models.listings import BY_HAND, Listing, ListingStep, Objection, Veto
from ratings.models.publications import ChainHead, PersonalText, Publication, PublicationKind
from ratings.models.rectification import (
    Rectification,
    RectificationState,
    RectificationStep,
    StepVerb,
)
from ratings.models.schemes import SCORED, Period, PeriodState, Scheme, SchemeVersion

__all__ = [
    "BY_HAND",
    "SCORED",
    "Assessment",
    "AssessmentState",
    "ChainHead",
    "Finding",
    "FindingPhoto",
    "Listing",
    "ListingStep",
    "Objection",
    "Period",
    "PeriodState",
    "PersonalText",
    "Publication",
    "PublicationKind",
    "Rectification",
    "RectificationState",
    "RectificationStep",
    "Scheme",
    "SchemeVersion",
    "Scorecard",
    "StepVerb",
    "Veto",
]
