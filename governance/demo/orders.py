"""The life of one order, told through the verbs."""

from collections.abc import Generator
from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.models import User
from common.now import now
from communities.models import Body, BodyKind
from complaints import actions
from complaints.models import Complaint
from complaints.workflow import (
    BY_STAFF,
    Kind,
    Outcome,
    RefusalGround,
    ReturnReason,
    Status,
    Urgency,
    Verb,
)
from governance.demo import words
from governance.demo.acting import Acting, Over
from governance.demo.agenda import Life
from governance.demo.asides import beside
from governance.demo.chance import waking
from governance.demo.paces import DESK_REVIEWS, FINISH
from governance.demo.plans import ACCUSATIONS, Fate, Plan

Steps = Generator[datetime, None, None]
# Our own limit: nobody in the demo fights longer.
ROUNDS = 3


class Tale(Acting):
    """Each method is a stretch of the life; what it yields is when it goes on."""

    def life(self) -> Life:
        try:
            self.report()
            yield from self.until_dispatched()
            yield from self.until_answered()
            yield from self.until_settled()
        except Over:
            return

    # --- Reported ---------------------------------------------------------------------------

    def report(self) -> None:
        plan, chance = self.plan, self.chance
        text = chance.choice(words.OPENERS) + self.of_case(self.topic.what)
        if not text.endswith("？") and plan.kind != Kind.SUGGESTION:
            text += chance.choice(words.CLOSERS)
        alone = plan.source not in BY_STAFF
        shown = alone and plan.code not in ACCUSATIONS and chance.happens(0.6)
        self.order = actions.report(
            by=plan.by,
            estate=plan.home.place,
            category=self.world.categories[plan.code],
            description=text,
            kind=plan.kind,
            source=plan.source,
            building=plan.building,
            entrance=plan.entrance,
            spot=self.of_case(self.topic.spot) if chance.happens(0.6) else "",
            contact_name=plan.name,
            contact_phone=plan.phone,
            dwelling=plan.dwelling,
            confidential=plan.confidential,
            photos=self.world.album.photo(self.topic.scene, by=plan.by) if shown else (),
        )
        plan.order_id = self.order.pk
        self.world.agenda.heard(self.order)
        if plan.hold == Verb.REPORT:
            raise Over
        beside(self)

    def until_dispatched(self) -> Steps:
        plan = self.plan
        if plan.fate == Fate.WITHDRAWN and self.reporter is not None:
            yield self.after(150, 0.5)
            self.do(Verb.WITHDRAW, by=self.reporter, note=self.say(words.WITHDRAWALS))
            raise Over
        if plan.double_of is not None:
            yield self.desk_looks()
            self.merge_if_open(plan.double_of)
        if self.order.status != Status.REPORTED:
            return
        yield self.desk_looks()
        if plan.fate == Fate.REFUSED and plan.code not in ACCUSATIONS:
            ground = self.ground()
            self.do(Verb.REFUSE, by=self.desk(), reason=ground, note=words.REFUSALS[ground])
            raise Over
        if self.answers_directly():
            self.result = self.of_case(self.topic.done)
            note = self.say(words.DIRECT, about=self.topic.about, result=self.result)
            self.do(Verb.ANSWER_DIRECTLY, by=self.desk(), note=note)
            return
        if plan.fate == Fate.REFERRED_UP and self.order.desk.parent is not None:
            self.do(Verb.REFER_UP, by=self.desk(), note=self.say(words.REFER_UP))
            yield self.desk_looks()
        if self.chance.happens(0.5) or plan.hold == Verb.INSPECT:
            yield from self.inspected()
        self.dispatch(self.fitting_handler())

    def ground(self) -> RefusalGround:
        if self.order.urgency == Urgency.URGENT:
            return RefusalGround.EMERGENCY
        fitting = words.REFUSALS_BY_GROUP.get(self.plan.code[:2], words.REFUSALS_ELSE)
        return RefusalGround(self.chance.choice(fitting))

    def merge_if_open(self, other: Plan) -> None:
        original = Complaint.objects.filter(pk=other.order_id).first()
        if original is None or not original.is_open or self.order.estate_id != original.estate_id:
            return
        self.do(Verb.MERGE, by=self.desk(), into=original, note=self.say(words.MERGES))
        raise Over

    def answers_directly(self) -> bool:
        if self.plan.code in ACCUSATIONS:
            return True
        if self.plan.brisk and self.plan.hold != Verb.ANSWER_DIRECTLY:
            return False
        return self.plan.kind in {Kind.ENQUIRY, Kind.SUGGESTION} and self.chance.happens(0.9)

    def inspected(self) -> Steps:
        by = self.grid_worker() or self.desk()
        seen = self.chance.happens(0.4)
        photos = self.world.album.photo(self.topic.scene, by=by) if seen else ()
        self.do(Verb.INSPECT, by=by, note=self.of_case(self.topic.seen), photos=photos)
        yield self.after(14, 0.95, 0.5)

    def dispatch(self, to: Body, verb: Verb = Verb.DISPATCH, note: str | None = None) -> None:
        said = self.say(words.DISPATCH) if note is None else note
        self.do(verb, by=self.desk(), handler=to, note=said)

    def fitting_handler(self) -> Body:
        """The department whose duty it is, else the firm, else the community itself."""
        department = self.world.county.departments.get(self.order.category.usual_handler)
        return department or self.local_handler()

    def local_handler(self) -> Body:
        home, county = self.plan.home, self.world.county
        if home.firm is not None:
            return home.firm
        office = county.offices[home.community.pk]
        return office if office.pk in self.world.people.handlers else self.other_handler()

    def other_handler(self) -> Body:
        """A department for what the first handler says is not theirs."""
        departments = self.world.county.departments
        duties = ("fire", "police") if self.plan.code.startswith("04") else ("urban_management",)
        fitting = [departments[duty] for duty in (*duties, "housing")]
        return next(body for body in fitting if body.pk != self.order.handler_id)

    # --- In the handler's hands -------------------------------------------------------------

    def until_answered(self) -> Steps:
        if self.order.status == Status.ANSWERED:
            return
        yield from self.until_accepted()
        yield from self.until_handled()
        yield from self.reviewed()

    def until_accepted(self) -> Steps:
        fate = self.plan.fate
        if self.is_returned():
            yield from self.returned(twice=fate == Fate.RETURNED_TWICE)
        elif fate == Fate.REDISPATCHED:
            yield self.after(420, 0.2)
            own = self.order.handler is not None and self.order.handler.kind == BodyKind.DEPARTMENT
            other = self.local_handler() if own else self.other_handler()
            self.dispatch(other, Verb.REDISPATCH, self.say(words.REDISPATCHES))
        yield self.after(self.pace.accept * self.haste, self.pace.night)
        self.do(
            Verb.ACCEPT, by=self.handler(), repairer=self.a_repairer(), note=self.say(words.ACCEPT)
        )

    def is_returned(self) -> bool:
        handler = self.order.handler
        if handler is None or handler.kind == BodyKind.COMMUNITY_OFFICE:
            return False
        fated = self.plan.fate in {Fate.RETURNED, Fate.RETURNED_TWICE}
        return fated or (not self.plan.brisk and self.chance.happens(self.pace.returns))

    def returned(self, *, twice: bool) -> Steps:
        """Sent back as not theirs; the desk gives it to another, at last for good."""
        for _ in range(2 if twice else 1):
            first = self.order.handler
            yield self.after(self.pace.accept * 1.5, self.pace.night)
            reason = ReturnReason(self.chance.choice(list(words.RETURNS)))
            self.do(Verb.RETURN_ORDER, by=self.handler(), reason=reason, note=words.RETURNS[reason])
            yield self.desk_looks()
            department = first is not None and first.kind == BodyKind.DEPARTMENT
            self.dispatch(self.local_handler() if department else self.other_handler())

    def a_repairer(self) -> User | None:
        mates = self.world.people.repairers.get(self.order.handler_id or 0)
        return self.chance.choice(mates) if mates and self.chance.happens(0.7) else None

    def until_handled(self) -> Steps:
        """Attended, where the work takes longer, then handled."""
        urgency = self.order.urgency
        worker = self.order.repairer or self.handler()
        yield self.after(self.pace.attend * self.haste, self.pace.night)
        if self.plan.hold == Verb.ATTEND or self.chance.happens(0.6):
            department = self.order.handler is not None and (
                self.order.handler.kind == BodyKind.DEPARTMENT
            )
            said = words.ATTEND_DEPARTMENT if department else words.ATTEND
            self.do(Verb.ATTEND, by=worker, note=self.say(said))
            yield self.after(self.pace.finish * FINISH[urgency], 0.1)
        if self.chance.happens(self.pace.junk) and not self.plan.brisk:
            self.do(
                Verb.HANDLE, by=worker, outcome=Outcome.SOLVED, note=self.chance.choice(words.JUNK)
            )
            yield self.after(DESK_REVIEWS / 2)
            self.do(Verb.SEND_BACK, by=self.desk(), note=self.say(words.SEND_BACK))
            yield self.after(self.pace.finish / 2)
        self.handle(worker)

    def handle(self, worker: User) -> None:
        """Solved, or cannot be: then with the reason and what comes next."""
        share = 0.2 if self.order.urgency == Urgency.LONG else 0.04
        self.solvable = self.plan.brisk or not self.chance.happens(share)
        if self.solvable:
            self.result = self.of_case(self.topic.done)
            shown = self.chance.happens(0.65)
            photos = (
                self.world.album.photo(self.topic.scene, by=worker, after=True) if shown else ()
            )
            self.do(Verb.HANDLE, by=worker, outcome=Outcome.SOLVED, note=self.result, photos=photos)
        else:
            reasons = words.CANNOT_BY_GROUP.get(self.plan.code[:2], ("other",))
            reason = self.chance.choice(reasons)
            self.result = words.CANNOT[reason]
            self.do(Verb.HANDLE, by=worker, outcome=Outcome.CANNOT, reason=reason, note=self.result)

    def reviewed(self) -> Steps:
        yield self.after(DESK_REVIEWS)
        templates = words.ANSWERS if self.solvable else words.ANSWERS_CANNOT
        self.answer(templates)

    def answer(self, templates: tuple[str, ...]) -> None:
        handler = self.order.handler.name if self.order.handler else "社区"
        note = self.say(templates, about=self.topic.about, handler=handler, result=self.result)
        self.do(Verb.ANSWER, by=self.desk(), note=note)

    # --- Judged -----------------------------------------------------------------------------

    def until_settled(self) -> Steps:
        """Rated, called back or left alone; what is not solved goes round again."""
        for round_number in range(ROUNDS):
            solved = self.verdict(round_number)
            yield from self.judged(solved)
            if solved:
                if round_number or self.reporter is None or not self.chance.happens(0.06):
                    return
                yield min(self.after(3000, 0.2, 0.5), now() + timedelta(days=6))
                self.do(Verb.REOPEN, by=self.reporter, reason=self.say(words.REOPENS))
            yield from self.rechecked()

    def verdict(self, round_number: int) -> bool:
        if self.plan.verdict is not None:
            return self.plan.verdict
        share = self.pace.solves if self.solvable else 0.4
        return self.chance.happens(min(0.97, share + 0.1 * round_number))

    def judged(self, solved: bool) -> Steps:
        """By the reporter, or on the telephone, or not at all: then the clock closes it."""
        rates = self.plan.brisk or self.chance.happens(0.66 if solved else 0.85)
        wait = min(self.after(800, 0.3, 1.0), now() + timedelta(days=6))
        if self.reporter is not None and rates:
            yield wait
            self.rate(self.reporter, solved)
        elif self.reporter is None and (rates or self.chance.happens(0.5)):
            yield max(wait, waking(now(), 300))
            said = words.CALLBACKS_GOOD if solved else words.CALLBACKS_BAD
            self.do(
                Verb.RECORD_CALLBACK,
                by=self.desk(),
                solved=solved,
                satisfaction=max(3, self.satisfaction(solved)) if solved else 2,
                note=self.say(said),
            )
        else:
            raise Over

    def satisfaction(self, solved: bool) -> int:
        if not solved:
            return self.chance.one({1: 45, 2: 40, 3: 15})
        return self.chance.one(dict(zip((5, 4, 3, 2, 1), self.pace.liked, strict=True)))

    def rate(self, by: Actor, solved: bool) -> None:
        satisfaction = self.satisfaction(solved)
        good, bad = ("quick", "friendly", "thorough"), ("slow", "careless", "rude", "not_as_said")
        tags = self.chance.sample(good if satisfaction >= 4 else bad, self.chance.randint(0, 2))
        said = (
            words.GRUMBLE
            if not solved or satisfaction <= 2
            else words.FAIR
            if satisfaction == 3
            else words.PRAISE
        )
        self.do(
            Verb.RATE,
            by=by,
            solved=solved,
            satisfaction=satisfaction,
            tags=tags,
            note=self.say(said),
        )

    def rechecked(self) -> Steps:
        """The desk looks again, and sends the handler again or explains."""
        yield self.desk_looks()
        if self.plan.code in ACCUSATIONS or self.chance.happens(0.3):
            yield self.after(DESK_REVIEWS)
            self.answer(words.ANSWERS_AGAIN)
            return
        named = {} if self.order.handler else {"handler": self.fitting_handler()}
        self.do(Verb.SEND_BACK, by=self.desk(), note=self.say(words.SEND_BACK), **named)
        yield self.after(self.pace.attend * 2, self.pace.night)
        self.handle(self.handler())
        yield self.after(DESK_REVIEWS)
        self.answer(words.ANSWERS_AGAIN)
