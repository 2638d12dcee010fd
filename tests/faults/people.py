"""Fills an empty database with the tests' county and prints who is in it, as JSON.

python -m tests.faults.people, with the environment of the portal.
"""

import json
import sys
from io import StringIO

import django

RESIDENTS = 12
# What is urgent is late after this many seconds, and climbs a rung after as many again.
URGENT_SECONDS = 3


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # The factories hash cheaply; nobody signs in with a password here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    call_command("migrate", verbosity=0)
    quiet = StringIO()
    amount = f"{URGENT_SECONDS}s"
    for stage in ("inspect", "feedback"):
        words = ("set_rule", stage, amount, "--span", amount, "--urgency", "urgent")
        call_command(*words, stdout=quiet)
    sys.stdout.write(json.dumps(_county()) + "\n")


def _county() -> dict[str, object]:
    from accounts.tokens import open_token
    from tests import factories

    county = factories.county()
    people = factories.cast(county)
    residents = [
        factories.person(f"resident{number}", phone=f"1391000{number:04d}")
        for number in range(RESIDENTS)
    ]
    return {
        "estate": county.estate.code,
        "building": county.building.code,
        "residents": [open_token(user)[0] for user in residents],
        "clerk": open_token(people["dispatcher"])[0],
    }


if __name__ == "__main__":
    main()
