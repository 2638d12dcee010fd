"""What may happen to an order beside its life: urging, adding, notes, a number revealed."""

from datetime import datetime

from accounts.models import User
from common.now import now
from complaints import actions
from governance.demo import words
from governance.demo.acting import Acting
from governance.demo.agenda import aside
from governance.demo.chance import waking


def beside(tale: Acting) -> None:
    """Put on the agenda what this order's people may do besides, if it still lets them."""
    chance, plan, agenda = tale.chance, tale.plan, tale.world.agenda
    reporter, caller = tale.reporter, plan.caller

    def at(least: float, most: float) -> datetime:
        return waking(now(), chance.uniform(least, most))

    impatient = {"slow": 0.2, "poor": 0.3}.get(plan.home.character, 0.06)
    if reporter is not None and chance.happens(impatient):
        said = tale.say(words.URGES)
        aside(at(200, 1500), lambda: actions.urge(tale.order, by=reporter, note=said), agenda)
    if reporter is not None and chance.happens(0.1):
        more = tale.say(words.SUPPLEMENTS)
        aside(at(15, 300), lambda: actions.supplement(tale.order, by=reporter, note=more), agenda)
    if chance.happens(0.1):
        note = tale.say(words.NOTES)
        aside(at(20, 400), lambda: actions.add_note(tale.order, by=tale.desk(), note=note), agenda)
    if plan.phone and chance.happens(0.06):
        aside(at(20, 200), lambda: _reveal(tale), agenda)
    if caller is not None and chance.happens(0.6):
        aside(at(300, 3000), lambda: _claim(caller), agenda)


def _reveal(tale: Acting) -> None:
    actions.reveal_contact(tale.order, by=tale.desk(), reason="需要与反映人约定上门时间")


def _claim(caller: User) -> None:
    actions.claim(by=caller)
