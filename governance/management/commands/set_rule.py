"""Change how long a stage may take, from the console."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actors import CLOCK
from common.errors import DomainError
from communities.models import Place, PlaceKind
from complaints import actions
from complaints.models import Rule, RuleStage, Unit
from complaints.workflow import Urgency

AMOUNT = re.compile(r"([1-9]\d{0,8})(s|m|h|wd|d)")
UNITS = {
    "s": (1, Unit.SECONDS),
    "m": (60, Unit.SECONDS),
    "h": (3600, Unit.SECONDS),
    "wd": (1, Unit.WORKING_DAYS),
    "d": (1, Unit.CALENDAR_DAYS),
}


def amount_of(text: str) -> tuple[int, str]:
    """`20s`, `15m`, `3h`, `5wd` (working days) or `7d` (calendar days) as amount and unit."""
    found = AMOUNT.fullmatch(text.strip().lower())
    if found is None:
        raise CommandError(f"{text!r} is no amount: write it like 20s, 15m, 3h, 5wd or 7d.")
    times, unit = UNITS[found[2]]
    return int(found[1]) * times, unit


class Command(BaseCommand):
    help = "Write a new version of a rule; it touches new promises only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", choices=RuleStage.values)
        parser.add_argument("amount", help="20s, 15m, 3h, 5wd (working days), 7d (calendar days)")
        parser.add_argument("--urgency", choices=Urgency.values, help="all three if left out")
        parser.add_argument("--span", help="how far apart the rungs of the ladder are")
        parser.add_argument("--district", help="code of a district; everywhere if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        amount, unit = amount_of(options["amount"])
        span = amount_of(options["span"]) if options["span"] else (None, None)
        urgencies = [options["urgency"]] if options["urgency"] else Urgency.values
        try:
            with transaction.atomic():
                rules = [
                    actions.set_rule(
                        by=CLOCK,
                        stage=options["stage"],
                        urgency=urgency,
                        amount=amount,
                        unit=unit,
                        span_amount=span[0],
                        span_unit=span[1],
                        district=self._district(options["district"]),
                        source="set at the console",
                    )
                    for urgency in urgencies
                ]
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        for rule in rules:
            self.stdout.write(self._words(rule))

    def _district(self, code: str | None) -> Place | None:
        if code is None:
            return None
        place = Place.objects.filter(code=code, kind=PlaceKind.DISTRICT).first()
        if place is None:
            raise CommandError(f"There is no district with the code {code!r}.")
        return place

    def _words(self, rule: Rule) -> str:
        where = rule.district.name if rule.district else "everywhere"
        return (
            f"{rule.stage}, {rule.urgency}, {where}: {rule.amount} {rule.unit}, "
            f"then a rung every {rule.span_amount} {rule.span_unit} (version {rule.version}); "
            "new promises only"
        )
