"""manage.py recompute: makes every scorecard again and says where a figure differs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ratings.models import SCORED, Period
from ratings.queries import recompute


class Command(BaseCommand):
    help = (
        "Makes every scorecard, past ones too, again from what it keeps, to the last digit, and "
        "names each that differs. With --sources also says whose sources say something else now: "
        "what a correction would change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", help="the public id of one period; else all")
        parser.add_argument("--sources", action="store_true", help="compare with the sources too")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Period.objects.filter(state__in=SCORED).select_related("version", "scheme__place")
        if options["period"]:
            rows = rows.filter(public_id=options["period"])
        found, cards = 0, 0
        for period in rows.order_by("from_on", "pk"):
            for _card, differences in recompute.recomputed(period):
                cards += 1
                found += len(differences)
                self._tell(differences)
            if options["sources"]:
                self._tell(list(recompute.against_sources(period)))
        if found:
            raise CommandError(f"{found} differences in {cards} cards.")
        self.stdout.write(f"{cards} cards, every figure as it was.")

    def _tell(self, differences: list[recompute.Difference]) -> None:
        for each in differences:
            card = each.card
            where = card.estate.code if card.estate else "-"
            self.stdout.write(
                f"{card.period.name} {card.body.code} {where} {card.public_id} {each.what}: "
                f"kept {each.kept}, found {each.found}"
            )
