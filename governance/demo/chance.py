"""Chance with a seed, and what the demo holds still so that the same seed tells the same story."""

import math
import os
import random
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from string import ascii_lowercase
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import base_user
from django.contrib.auth.hashers import make_password
from django.core.files.storage import base as storage
from django.db import models

from common.workdays import SHANGHAI
from communities import scope
from complaints.models.rules import RuleQuerySet

T = TypeVar("T")
MORNING, NIGHT = time(7, 30), time(22)


class Chance(random.Random):
    """Dice whose every throw follows from the seed."""

    def happens(self, share: float) -> bool:
        return self.random() < share

    def one(self, choices: Mapping[T, float]) -> T:
        """One of these, by weight."""
        return self.choices(list(choices), list(choices.values()))[0]

    def among(self, choices: Sequence[str]) -> str:
        """One of these sentences; nothing where there is none."""
        return self.choice(choices) if choices else ""

    def minutes(self, median: float, spread: float = 0.7) -> float:
        """A delay as people's are: mostly around the median, now and then very long."""
        return max(1.0, self.lognormvariate(math.log(max(median, 1.0)), spread))

    def moment(self, seconds: float = 60) -> timedelta:
        return timedelta(seconds=self.uniform(1, seconds))


def waking(start: datetime, minutes: float) -> datetime:
    """The moment after so many minutes of which only those between 7:30 and 22:00 count."""
    at, left = start.astimezone(SHANGHAI), timedelta(minutes=minutes)
    while True:
        opens, shuts = (at.replace(hour=h.hour, minute=h.minute) for h in (MORNING, NIGHT))
        begin = max(at, opens)
        if begin < shuts and begin + left <= shuts:
            return begin + left
        if begin < shuts:
            left -= shuts - begin
        at = (at + timedelta(days=1)).replace(hour=0, minute=0)


UNCHANGING: tuple[Callable[..., Any], ...] = (
    scope._read_standing,
    scope.seats_near,
    scope.office_of,
    scope.firm_in_force,
    scope.calendar_for,
)


@contextmanager
def same_every_time(chance: Chance, password: str) -> Iterator[None]:
    """References, secrets and public ids come from `chance`; costly answers are kept.

    1. `secrets.choice` (references, secrets, salts) and `os.urandom` (public ids) throw the
       seeded dice, so that a county is the same for the same seed. Whoever knows the seed knows
       its secrets: for the demo only, hence refused in production.
    2. The one password everybody has is hashed once: argon2 is slow on purpose, and a hundred
       times slow is too slow for a first start.
    3. Offices, contracts, rules and the calendar do not change while the demo tells its months:
       what follows from them is read once, which spares a third of all the work.
    """
    if settings.PORTAL_MODE == "production":
        raise RuntimeError("Production never throws seeded dice.")
    hashed = make_password(password)

    def known_hash(raw: str | None, *args: Any, **kwargs: Any) -> str:
        return hashed if raw == password else make_password(raw, *args, **kwargs)

    with ExitStack() as stack:
        for owner, name, stand_in in (
            (secrets, "choice", chance.choice),
            (os, "urandom", chance.randbytes),
            (base_user, "make_password", known_hash),
            (storage, "get_random_string", _another_name),
            (RuleQuerySet, "for_order", _kept(RuleQuerySet.for_order)),
        ):
            stack.enter_context(_replaced(owner, name, stand_in))
        for function in UNCHANGING:
            memory = _kept(function)
            for owner, name in _places_of(function):
                stack.enter_context(_replaced(owner, name, memory))
        yield


def _another_name(length: int) -> str:
    """What is added to a file's name where one like it lies already, as after another run.

    Not by the seeded dice: everything after it would be different.
    """
    return "".join(random.SystemRandom().choices(ascii_lowercase, k=length))


def _kept(read: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which answers a question asked before from memory, whatever the day."""
    answers: dict[Any, Any] = {}

    def answer(*args: Any, **kwargs: Any) -> Any:
        asked = [_plain(word) for word in (*args, *kwargs.values())]
        known = tuple(_key(word) for word in asked)
        if known not in answers:
            answers[known] = read(
                *asked[: len(args)], **dict(zip(kwargs, asked[len(args) :], strict=True))
            )
        return answers[known]

    return answer


def _plain(word: Any) -> Any:
    return list(word) if isinstance(word, Iterator) else word


def _key(word: Any) -> Any:
    if isinstance(word, models.QuerySet):
        return None
    if isinstance(word, models.Model):
        return word.pk
    if isinstance(word, date):
        return None
    return frozenset(word) if isinstance(word, Iterable) else word


def _places_of(function: Callable[..., Any]) -> Iterator[tuple[Any, str]]:
    """Every module of the house that knows this function, under the name it has there."""
    name = function.__name__
    for module in list(sys.modules.values()):
        if vars(module).get(name) is function:
            yield module, name


@contextmanager
def _replaced(owner: Any, name: str, stand_in: Callable[..., Any]) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, before)
