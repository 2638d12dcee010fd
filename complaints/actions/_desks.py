"""Moving the desk of an order. Private to the verbs."""

from communities.models import PlaceKind
from communities.scope import office_of
from complaints.actions._step import Move
from complaints.workflow import Stage

DESK_STAGES = frozenset({Stage.INSPECT, Stage.FEEDBACK})


def move_desk_up(move: Move, *, to: PlaceKind | None = None) -> None:
    """Move the desk one office up (or to the office of a kind); its deadlines run on there."""
    order = move.order
    target = order.estate.above(to) if to is not None else order.desk.parent
    if target is None or len(target.code) >= len(order.desk.code):
        return
    order.desk = target
    move.facts["desk"] = target.name
    move.promises.hand_over(DESK_STAGES, office_of(target))
