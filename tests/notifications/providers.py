"""Providers as the tests want them: they take everything, fail in every way, or look around."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from pytest_django import Settings

from notifications.channels import Message, Permanent, Transient

PATH = "tests.notifications.providers.send"


class Provider:
    """What was handed over, and what happens to the next."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.tries: list[Message] = []
        self.answer: Callable[[Message], None] = lambda _message: None
        self.in_a_transaction: set[bool] = set()

    def __call__(self, message: Message) -> None:
        self.tries.append(message)
        self.in_a_transaction.add(connection.in_atomic_block)
        self.answer(message)
        self.taken.append(message)

    def is_down(self) -> None:
        self.answer = _raising(Transient("http 503"))

    def refuses(self) -> None:
        self.answer = _raising(Permanent("smtp 550"))

    def breaks(self, error: BaseException) -> None:
        self.answer = _raising(error)

    def is_well(self) -> None:
        self.answer = lambda _message: None


def _raising(error: BaseException) -> Callable[[Message], None]:
    def answer(_message: Message) -> None:
        raise error

    return answer


_now: list[Provider] = []


def send(message: Message) -> None:
    """What the settings name; hands on to the provider of the test that runs."""
    _now[-1](message)


@contextmanager
def provider_of(settings: Settings, *channels: str) -> Iterator[Provider]:
    """One provider for these channels, and none for the others."""
    made = Provider()
    _now.append(made)
    paths: dict[str, Any] = dict.fromkeys(settings.CHANNELS, "")
    settings.CHANNELS = paths | dict.fromkeys(channels, PATH)
    yield made
    _now.pop()
