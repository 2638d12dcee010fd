"""The first act in a new place: a district, its office, and somebody who can sign in."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import register
from accounts.actors import CLOCK
from common.errors import DomainError
from common.now import today
from communities.actions import appoint, found_place
from communities.actions.divisions import open_office
from communities.models import Appointment, Office, Place, PlaceKind


class Command(BaseCommand):
    help = "Enter a district with its office, and its first officer and administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the six digits of the district or county")
        parser.add_argument("name", help="its name")
        parser.add_argument("username", help="user name of the first officer")
        parser.add_argument("--person", default="", help="the officer's name")
        parser.add_argument("--office-name", default="", help="name of the district's office")

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(12)
        there = Place.objects.filter(code=options["code"]).first()
        if there is not None and _has_officer(there):
            raise CommandError(f"{options['code']} is there already.")
        try:
            with transaction.atomic():
                self._open(options, password)
        except DomainError as refusal:
            words = "; ".join(w for ws in refusal.fields.values() for w in ws) or str(refusal)
            raise CommandError(words) from refusal
        self.stdout.write(f"{options['name']} ({options['code']}) is open.")
        self.stdout.write(f"Sign in as {options['username']} with {password}")
        self.stdout.write("The password is shown only here.")

    def _open(self, options: dict[str, Any], password: str) -> None:
        """A district that `import_divisions` has entered, with its office, is taken as it is."""
        code = options["code"]
        place = Place.objects.filter(code=code, kind=PlaceKind.DISTRICT).first()
        if place is None:
            place = found_place(by=CLOCK, kind=PlaceKind.DISTRICT, code=code, name=options["name"])
        office = open_office(place, options["office_name"])
        officer = register(
            by=CLOCK,
            username=options["username"],
            name=options["person"] or options["username"],
            password=password,
        )
        for held in (Office.DISTRICT_OFFICER, Office.ADMINISTRATOR):
            appoint(officer, by=CLOCK, office=held, at=office, from_on=today())


def _has_officer(place: Place) -> bool:
    """Whether somebody oversees this district already; then it is not opened once more."""
    held = Appointment.objects.in_force(today())
    return held.filter(body__place=place, office=Office.DISTRICT_OFFICER).exists()
