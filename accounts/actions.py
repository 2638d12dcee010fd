"""Verbs about people."""

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.errors import Invalid
from common.now import now

MOBILE = re.compile(r"1[3-9]\d{9}")


def register(
    *,
    username: str,
    name: str,
    password: str,
    phone: str = "",
    email: str = "",
    by: Actor = CLOCK,
    phone_confirmed: bool = False,
) -> User:
    """Make an account. A user name may not look like a mobile number: people sign in by both.

    Raises Invalid, naming the field, for a name or number that is taken or malformed, and for a
    password that is too weak.
    """
    if MOBILE.fullmatch(username):
        raise Invalid(fields={"username": [_("A user name cannot be a mobile number.")]})
    if phone and not MOBILE.fullmatch(phone):
        raise Invalid(fields={"phone": [_("Give a mobile number of 11 digits.")]})
    at = now()
    user = User(
        username=username,
        name=name.strip(),
        phone=phone or None,
        email=email,
        registered_at=at,
        phone_confirmed_at=at if phone and phone_confirmed else None,
    )
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise Invalid(fields={"password": list(refusal.messages)}) from refusal
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            audit.record(by=by, verb="register", target_kind="user", target=str(user.public_id))
    except IntegrityError as clash:
        taken = "phone" if phone and User.objects.filter(phone=phone).exists() else "username"
        raise Invalid(fields={taken: [_("This is already taken.")]}) from clash
    return user


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> None:
    """Shut an account. The row stays: events name it by a plain id."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by=by, verb="deactivate", target_kind="user", target=str(user.public_id))
