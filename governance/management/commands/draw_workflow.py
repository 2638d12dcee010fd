"""Draws docs/complaint-life.md from the workflow's table, or says that it is stale."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from complaints.drawing import page


class Command(BaseCommand):
    help = "Draw docs/complaint-life.md from complaints/workflow.py."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the page is stale")
        parser.add_argument("--to", type=Path, help="another file")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["to"] or settings.BASE_DIR / "docs" / "complaint-life.md"
        with override("en"):
            drawn = page()
        if options["check"]:
            if not file.exists() or file.read_text(encoding="utf-8") != drawn:
                raise CommandError(f"{file.name} is stale: run `make draw` and commit it.")
            return
        file.write_text(drawn, encoding="utf-8")
        self.stdout.write(f"Drawn: {file}")
