"""Verbs about people."""

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid
from common.now import now

MOBILE = re.compile(r"1[3-9][0-9]{9}")


def register(
    *,
    username: str,
    name: str,
    password: str,
    phone: str = "",
    email: str = "",
    by: Actor,
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
    check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            audit.record(by=by, verb="register", target_kind="user", target=str(user.public_id))
    except IntegrityError as clash:
        taken = "phone" if phone and User.objects.filter(phone=phone).exists() else "username"
        raise Invalid(fields={taken: [_("This is already taken.")]}) from clash
    return user


def check_password(password: str, user: User) -> None:
    """Raise Invalid for a password too weak for this person."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise Invalid(fields={"password": list(refusal.messages)}) from refusal


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> None:
    """Shut an account. The row stays: events name it by a plain id."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by=by, verb="deactivate", target_kind="user", target=str(user.public_id))


@transaction.atomic
def confirm_phone(phone: str, *, by: User) -> User:
    """Set one's own number after its code was checked. Raises Invalid if another account has it."""
    by.phone, by.phone_confirmed_at = phone, now()
    try:
        with transaction.atomic():
            by.save(update_fields=["phone", "phone_confirmed_at"])
    except IntegrityError as clash:
        by.refresh_from_db(fields=["phone", "phone_confirmed_at"])
        raise Invalid(fields={"phone": [_("Another account has this number.")]}) from clash
    audit.record(by=by, verb="confirm_phone", target_kind="user", target=str(by.public_id))
    return by


@transaction.atomic
def confirm_email(email: str, *, by: User) -> User:
    """Set one's own e-mail address after its code was checked: notices may go there."""
    by.email, by.email_confirmed_at = email, now()
    by.save(update_fields=["email", "email_confirmed_at"])
    audit.record(by=by, verb="confirm_email", target_kind="user", target=str(by.public_id))
    return by


@transaction.atomic
def forget_email(*, by: User) -> User:
    """Nothing goes to one's e-mail address any more; it is forgotten."""
    by.email, by.email_confirmed_at = "", None
    by.save(update_fields=["email", "email_confirmed_at"])
    audit.record(by=by, verb="forget_email", target_kind="user", target=str(by.public_id))
    return by


def set_preferences(*, by: User, elder: bool | None = None, language: str | None = None) -> User:
    """Change how one's own pages look; None leaves a preference as it is."""
    wanted = {"elder": elder, "language": language}
    changed = {name: value for name, value in wanted.items() if value is not None}
    for name, value in changed.items():
        setattr(by, name, value)
    by.save(update_fields=list(changed))
    return by
