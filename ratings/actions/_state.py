"""Whether a row stands where a verb begins. Private to the verbs."""

from common.errors import WrongState
from ratings.models import Assessment, AssessmentState, Rectification, RectificationState


def check_state(
    row: Assessment | Rectification, *states: AssessmentState | RectificationState
) -> None:
    """Raises WrongState where it stands in none of these; asked after whose the deed is."""
    if row.state not in states:
        raise WrongState
