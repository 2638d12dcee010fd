"""Loads a county in use: fictional, built through the verbs, the same for the same seed."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from accounts.models import User
from common.now import now
from common.workdays import SHANGHAI
from communities.models import Place
from governance.demo.people import PASSWORD
from governance.demo.signins import sign_ins
from governance.demo.story import Size, tell

MOST_ORDERS = 20_000
# The rules begin in 2020, and six months of orders must follow them.
EARLIEST, LATEST = 2021, 2099


class Command(BaseCommand):
    help = "Load a fictional county with six months of orders into an empty database."
    # The database is all that matters here, and it is asked below.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another seed, another county")
        parser.add_argument("--as-of", help="when the story ends, such as 2026-11-20T10:00")
        parser.add_argument("--orders", type=int, help="how many orders (600; small: 40)")
        parser.add_argument("--small", action="store_true", help="three communities, one month")
        parser.add_argument("--sign-ins", action="store_true", help="list who can sign in, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PORTAL_MODE == "production":
            raise CommandError("The demonstration county is never loaded in production.")
        if options["sign_ins"]:
            self._list_sign_ins()
            return
        small = options["small"]
        orders = options["orders"] if options["orders"] is not None else (40 if small else 600)
        if not 1 <= orders <= MOST_ORDERS:
            raise CommandError(f"--orders must be from 1 to {MOST_ORDERS}.")
        size = Size(orders=orders, months=1 if small else 6, small=small)
        until = _moment(options["as_of"])
        if User.objects.exists() or Place.objects.exists():
            raise CommandError(
                "This database already has people or places in it;"
                " the demonstration county needs an empty one."
            )
        with override("zh-hans"):
            tell(options["seed"], until, size, self._say)
        self._say(f"Everybody signs in with the password {PASSWORD}")

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _list_sign_ins(self) -> None:
        found = sign_ins()
        if not found:
            raise CommandError("The demonstration county has not been loaded: nobody can sign in.")
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _moment(text: str | None) -> datetime:
    """The end of the story: now, or the moment given, in Shanghai unless it names a zone."""
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError("--as-of must be a moment such as 2026-11-20T10:00.") from None
    if not EARLIEST <= moment.year <= LATEST:
        raise CommandError(f"--as-of must lie in a year from {EARLIEST} to {LATEST}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
