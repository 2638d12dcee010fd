"""Changes how long a stage may take: `manage.py set_rule inspect 20s --urgency normal`."""

import re
from argparse import ArgumentParser
from datetime import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import override

from accounts.actors import CLOCK
from common.errors import DomainError
from communities.models import Place, PlaceKind
from complaints import actions
from complaints.actions.rules import AT_THE_CONSOLE, LONGEST
from complaints.models import Rule, RuleStage, Unit
from complaints.workflow import Urgency

AMOUNT = re.compile(r"(\d{1,9})(wd|s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600}
CLOCK_TIME = r"([01]?\d|2[0-3]):([0-5]\d)"
QUIET = re.compile(rf"{CLOCK_TIME}-{CLOCK_TIME}")
CLOSES = re.compile(CLOCK_TIME)
NONE = "none"
NAMES = {
    Unit.WORKING_DAYS: ("working day", "working days"),
    Unit.CALENDAR_DAYS: ("day", "days"),
}


class Command(BaseCommand):
    help = "Write a new version of a rule: how long a stage may take. New promises follow it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", help=", ".join(RuleStage.values))
        parser.add_argument("amount", help="20s, 15m, 3h, 5wd (working days) or 7d (days)")
        parser.add_argument("--urgency", help=f"{', '.join(Urgency.values)}; all without it")
        parser.add_argument("--span", help="how far apart the rungs of the ladder are")
        parser.add_argument("--district", help="code of a district; everywhere without it")
        parser.add_argument(
            "--quiet", help="20:00-08:00, or none; what is urgent has none; else they stay"
        )
        parser.add_argument(
            "--closes", help="17:30, when a last day ends, or none for 24:00; else it stays"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        amount, unit = _amount(options["amount"], "AMOUNT")
        span = _amount(options["span"], "--span") if options["span"] else (None, None)
        district = _district(options["district"])
        stage = _one_of(options["stage"], RuleStage.values, "STAGE")
        hours: dict[str, Any] = {**_quiet(options["quiet"]), **_closes(options["closes"])}
        chosen = options["urgency"]
        if chosen is not None:
            _one_of(chosen, Urgency.values, "--urgency")
        urgencies = Urgency.values if chosen is None else [chosen]
        said = []
        try:
            with override("en"), transaction.atomic():
                for urgency in urgencies:
                    before = _newest(stage, urgency, district)
                    rule = actions.set_rule(
                        by=CLOCK,
                        stage=stage,
                        urgency=urgency,
                        amount=amount,
                        unit=unit,
                        span_amount=span[0],
                        span_unit=span[1],
                        place=district,
                        source=AT_THE_CONSOLE,
                        # Of all three the urgent one goes without; asked for alone it is refused.
                        **({} if chosen is None and urgency == Urgency.URGENT else hours),
                    )
                    said.append(_changed(rule, before))
        except DomainError as refusal:
            with override("en"):
                raise CommandError(_sentence(refusal)) from None
        for line in said:
            self.stdout.write(line)
        self.stdout.write("Promises made from now on follow it; those already made stay.")


def _amount(text: str, name: str) -> tuple[int, Unit]:
    found = AMOUNT.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise CommandError(
            f"{name}: {text!r} is no amount; write it like 20s, 15m, 3h, 5wd (working days) or 7d."
        )
    count, letter = int(found[1]), found[2]
    unit = {"wd": Unit.WORKING_DAYS, "d": Unit.CALENDAR_DAYS}.get(letter, Unit.SECONDS)
    amount = count * SECONDS.get(letter, 1)
    if amount > LONGEST[unit]:
        raise CommandError(f"{name} must not be longer than a year, as {text!r} is.")
    return amount, unit


def _quiet(text: str | None) -> dict[str, time | None]:
    if text is None or text == NONE:
        return {} if text is None else {"quiet_from": None, "quiet_until": None}
    found = QUIET.fullmatch(text.strip())
    if found is None:
        raise CommandError(f"--quiet: {text!r} are no hours; write them like 20:00-08:00, or none.")
    from_hour, from_minute, until_hour, until_minute = map(int, found.groups())
    return {
        "quiet_from": time(from_hour, from_minute),
        "quiet_until": time(until_hour, until_minute),
    }


def _closes(text: str | None) -> dict[str, time | None]:
    if text is None or text == NONE:
        return {} if text is None else {"closes_at": None}
    found = CLOSES.fullmatch(text.strip())
    if found is None:
        raise CommandError(f"--closes: {text!r} is no time; write it like 17:30, or none.")
    return {"closes_at": time(int(found[1]), int(found[2]))}


def _one_of(text: str, choices: list[str], name: str) -> str:
    if text not in choices:
        raise CommandError(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
    return text


def _district(code: str | None) -> Place | None:
    if code is None:
        return None
    place = Place.objects.filter(kind=PlaceKind.DISTRICT, code=code).first()
    if place is None:
        raise CommandError(f"There is no district with the code {code!r}.")
    return place


def _newest(stage: str, urgency: str, district: Place | None) -> Rule | None:
    rules = Rule.objects.filter(stage=stage, urgency=urgency, place=district, category__isnull=True)
    return rules.order_by("-version").first()


def _changed(rule: Rule, before: Rule | None) -> str:
    was = f" (was {_words(before.amount, before.unit)})" if before else ""
    where = f" in {rule.place.name}" if rule.place else ""
    line = f"{rule.stage}, {rule.urgency}{where}: {_words(rule.amount, rule.unit)}{was}"
    if rule.quiet_from is not None and rule.quiet_until is not None:
        line += f", not from {rule.quiet_from:%H:%M} to {rule.quiet_until:%H:%M}"
    if rule.closes_at is not None:
        line += f", the last one until {rule.closes_at:%H:%M}"
    if rule.stage in {RuleStage.RATE, RuleStage.REOPEN}:
        return line
    return f"{line}; rungs of the ladder {_words(rule.span_amount, rule.span_unit)} apart"


def _words(amount: int, unit: str) -> str:
    """3 hours, 20 seconds, 5 working days."""
    one, many = NAMES.get(Unit(unit), ("second", "seconds"))
    if unit == Unit.SECONDS:
        for size, name in ((3600, "hour"), (60, "minute")):
            if amount % size == 0:
                amount, one, many = amount // size, name, f"{name}s"
                break
    return f"{amount} {one if amount == 1 else many}"


def _sentence(refusal: DomainError) -> str:
    return " ".join(word for words in refusal.fields.values() for word in words) or str(refusal)
