"""Enters holiday notices from a file: `manage.py enter_notice notice-2027.txt`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import override

from accounts.actors import CLOCK
from common.errors import DomainError
from communities import actions
from communities.forms.notices import Reading, decoded, lines_of, read, years_of


class Command(BaseCommand):
    help = (
        "Enter or correct the State Council's holiday notices from a file: JSON as in"
        " communities/data/calendar.json, the notice as it was published, or a table."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON, CSV or text")
        parser.add_argument("--year", type=int, help="of a file that does not say it, or of many")
        parser.add_argument("--number", help="where the file does not name it")
        parser.add_argument("--issued-on", type=date.fromisoformat, help="such as 2026-11-04")
        parser.add_argument("--check", action="store_true", help="only say what was understood")

    def handle(self, *args: Any, **options: Any) -> None:
        text = _text_of(options["file"])
        years = [options["year"]] if options["year"] else years_of(text)
        if not years:
            raise CommandError("The file does not say of which year it is; give --year.")
        with override("en"), transaction.atomic():
            for year in years:
                self._enter(year, read(text, year), options)
            if options["check"]:
                transaction.set_rollback(True)
        if options["check"]:
            self.stdout.write("Nothing was written.")

    def _enter(self, year: int, reading: Reading, options: dict[str, Any]) -> None:
        if reading.troubles:
            raise CommandError("\n".join(str(trouble) for trouble in reading.troubles))
        issued_on = options["issued_on"] or reading.issued_on
        if issued_on is None:
            raise CommandError("The file does not say when the notice was issued: --issued-on.")
        try:
            notice = actions.enter_notice(
                by=CLOCK,
                year=year,
                number=options["number"] or reading.number,
                issued_on=issued_on,
                days=reading.days,
            )
        except DomainError as refusal:
            words = [word for said in refusal.fields.values() for word in said]
            raise CommandError("\n".join(words) or str(refusal)) from None
        self.stdout.write(f"{year}: {notice.number}, issued on {notice.issued_on}")
        self.stdout.write(lines_of(reading.days))


def _text_of(path: Path) -> str:
    try:
        return decoded(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} holds no text.") from None
