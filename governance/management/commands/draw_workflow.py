"""Draw the lives of orders, committees and listings, or say that a picture is stale."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance import committee_drawing, drawing, listing_drawing

DOCS = settings.BASE_DIR / "docs"
PAGES = {
    "complaint-life.md": drawing.drawn,
    "committee-life.md": committee_drawing.drawn,
    "listing-life.md": listing_drawing.drawn,
}


class Command(BaseCommand):
    help = "Draw docs/complaint-life.md, committee-life.md and listing-life.md from their laws."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether one is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, drawn in PAGES.items():
            page = DOCS / name
            if not options["check"]:
                page.write_text(drawn(), encoding="utf-8")
                self.stdout.write(f"docs/{name} is drawn.")
            elif not page.exists() or page.read_text(encoding="utf-8") != drawn():
                raise CommandError(f"docs/{name} is stale: run `make draw`.")
