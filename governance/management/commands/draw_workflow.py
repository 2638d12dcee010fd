"""Draw docs/complaint-life.md from the law, or say that it is stale."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance.drawing import drawn

PAGE = settings.BASE_DIR / "docs" / "complaint-life.md"


class Command(BaseCommand):
    help = "Draw docs/complaint-life.md from complaints/workflow.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether it is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            PAGE.write_text(drawn(), encoding="utf-8")
            self.stdout.write("docs/complaint-life.md is drawn.")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != drawn():
            raise CommandError("docs/complaint-life.md is stale: run `make draw`.")
