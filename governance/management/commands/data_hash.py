"""Prints one hash over every row of the portal, to compare before and after a move."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from complaints.models import Photo

SQL = Path("deploy") / "data_hash.sql"


class Command(BaseCommand):
    help = "Prints one hash over every row, and looks for every photo's file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", metavar="HASH", help="fail unless the rows hash to this")

    def handle(self, *, expect: str | None = None, **options: object) -> None:
        """Raises CommandError when the hash is another, or when photos are missing."""
        found = data_hash()
        self.stdout.write(found)
        if expect is not None and found != expect.strip():
            raise CommandError(f"The rows are not the expected ones: {expect.strip()}.")
        missing = missing_photos()
        if missing:
            raise CommandError(f"{len(missing)} photos have no file, the first is {missing[0]}.")


def data_hash() -> str:
    """64 hex digits. Raises CommandError on SQLite, whose backup is a copy of its file."""
    if connection.vendor != "postgresql":
        raise CommandError("Only PostgreSQL is hashed; an SQLite database is a file to be copied.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute((settings.BASE_DIR / SQL).read_text())
        return str(cursor.fetchone()[0])


def missing_photos() -> list[str]:
    """Names of the files that rows speak of and the storage does not have."""
    storage = Photo._meta.get_field("image").storage
    rows = Photo.objects.order_by("pk").values_list("image", "thumbnail")
    return [name for row in rows.iterator() for name in row if not storage.exists(name)]
