"""Who reports on a plan: whoever keeps the register of its place, or of the task's own place."""

from accounts.actors import Actor
from communities.models import PlanTask
from communities.permissions.register import check_keeps_register, keeps_register


def reports_progress(actor: Actor, task: PlanTask) -> bool:
    """A community reports on a site of its own, though the plan is the county's."""
    at_site = task.place is not None and keeps_register(actor, task.place)
    return at_site or keeps_register(actor, task.plan.place)


def check_reports_progress(actor: Actor, task: PlanTask) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not reports_progress(actor, task):
        check_keeps_register(actor, task.plan.place)
