from ratings.models.assessments import Assessment, AssessmentState, Finding, FindingPhoto
from ratings.models.bulletins import Bulletin, BulletinPart, BulletinState, BulletinVersion
from ratings.models.cards import Scorecard
from ratings.models.credit import CreditRecord, CreditScheme, CreditStep, CreditVersion
from ratings.models.listing_files import ListingFile
from ratings.models.listings import BY_HAND, Listing, ListingStep, Objection, Veto
from ratings.models.polls import AnswerKind, Poll, PollAnswer, PollCode, PollRemark, PollState
from ratings.models.publications import ChainHead, PersonalText, Publication, PublicationKind
from ratings.models.rectification import (
    Rectification,
    RectificationState,
    RectificationStep,
    StepVerb,
)
from ratings.models.results import (
    ADDRESSED,
    GOOD,
    POOL,
    Addressee,
    Advice,
    Outcome,
    Recommendation,
    Result,
)
from ratings.models.schemes import SCORED, Period, PeriodState, Scheme, SchemeVersion
from ratings.models.subsidies import (
    BODIES,
    HELD,
    Award,
    AwardCategory,
    AwardedKind,
    AwardState,
    Payment,
    Programme,
)

__all__ = [
    "ADDRESSED",
    "BODIES",
    "BY_HAND",
    "GOOD",
    "HELD",
    "POOL",
    "SCORED",
    "AnswerKind",
    "Addressee",
    "Advice",
    "Assessment",
    "AssessmentState",
    "Bulletin",
    "BulletinPart",
    "BulletinState",
    "BulletinVersion",
    "Award",
    "AwardCategory",
    "AwardState",
    "AwardedKind",
    "ChainHead",
    "CreditRecord",
    "CreditScheme",
    "CreditStep",
    "CreditVersion",
    "Finding",
    "FindingPhoto",
    "Listing",
    "ListingFile",
    "ListingStep",
    "Objection",
    "Outcome",
    "Payment",
    "Period",
    "PeriodState",
    "PersonalText",
    "Poll",
    "PollAnswer",
    "PollCode",
    "PollRemark",
    "PollState",
    "Programme",
    "Publication",
    "PublicationKind",
    "Recommendation",
    "Rectification",
    "RectificationState",
    "RectificationStep",
    "Result",
    "Scheme",
    "SchemeVersion",
    "Scorecard",
    "StepVerb",
    "Veto",
]
