"""People who file reports and do things with them over HTTP, and a ledger of what was confirmed."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

NORMAL = "0101"  # three hours
URGENT = "0102"  # seconds, by the rule of these tests


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]
    text: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def again(self) -> bool:
        """Whether nobody can know what became of it: ask again with the same key."""
        return self.status == 0 or self.status >= 500


def ask(
    port: int,
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    patience: float = 20,
) -> Answer:
    """One request on a connection of its own."""
    sent = None if body is None else json.dumps(body).encode()
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        line.request(method, path, sent, {"Content-Type": "application/json", **(headers or {})})
        answer = line.getresponse()
        text = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return Answer(0, {}, {}, "", began, time.monotonic())
    finally:
        line.close()
    try:
        facts = json.loads(text)
    except ValueError:
        facts = {}
    told = {name.lower(): value for name, value in answer.getheaders()}
    facts = facts if isinstance(facts, dict) else {}
    return Answer(answer.status, facts, told, text, began, time.monotonic())


def p95(answers: list[Answer]) -> float:
    """How many seconds nearly all of them took at most."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[int(len(ordered) * 0.95)]


@dataclass
class Ledger:
    """What people were told. Kept apart from the portal, and compared with it at the end."""

    # What was written in a report → the reference that the confirmation gave.
    reports: dict[str, str] = field(default_factory=dict)
    # Begun, and never confirmed: may be there once, or not at all.
    unsure: set[str] = field(default_factory=set)
    # What was written with a verb → the reference it was about.
    verbs: dict[str, str] = field(default_factory=dict)
    unsure_verbs: set[str] = field(default_factory=set)
    # Answers that nobody should have got.
    strange: list[str] = field(default_factory=list)
    # The answers that confirmed reports, and those that did not and left it to be asked again.
    confirmations: list[Answer] = field(default_factory=list)
    vain: list[Answer] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, change: Callable[[], Any]) -> None:
        with self._lock:
            change()

    def some_report(self, chance: random.Random) -> str | None:
        """The reference of any confirmed report."""
        with self._lock:
            return chance.choice(list(self.reports.values())) if self.reports else None

    def since(self, moment: float) -> list[Answer]:
        """Confirmations of what was sent after this moment."""
        with self._lock:
            return [answer for answer in self.confirmations if answer.began >= moment]


@dataclass
class Crowd:
    """Residents who file, and a clerk who acts on what was filed, each in a thread."""

    port: int
    people: dict[str, Any]
    seed: int
    ledger: Ledger
    # Seconds between two reports of the same person, at most.
    pause: float = 0.3
    urgent_share: float = 0.5
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self, *, residents: int = 4, clerks: int = 1) -> Iterator[Ledger]:
        """While the block runs they work; after it each ends what was begun."""
        jobs = [(self._file, token) for token in self.people["residents"][:residents]]
        jobs += [(self._check, self.people["clerk"])] * clerks
        threads = [
            threading.Thread(target=work, args=(token, random.Random(f"{self.seed}/{number}")))
            for number, (work, token) in enumerate(jobs)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self.ledger
        finally:
            self._over.set()
            for thread in threads:
                thread.join(timeout=90)
                assert not thread.is_alive(), "somebody waits for an answer for ever"

    def _file(self, token: str, chance: random.Random) -> None:
        while not self._over.wait(chance.random() * self.pause):
            urgent = chance.random() < self.urgent_share
            self.file(token, category=URGENT if urgent else NORMAL)

    def file(self, token: str, *, category: str = NORMAL) -> str | None:
        """One report, asked again with the same key until somebody answers; its reference."""
        words = f"fault {uuid.uuid4()}"
        self.ledger.note(lambda: self.ledger.unsure.add(words))
        body = {
            "estate": self.people["estate"],
            "building": self.people["building"],
            "category": category,
            "description": words,
        }
        answer = self._insist("/api/v1/complaints/", body, token)
        if answer.again:
            return None
        reference = answer.body.get("reference")
        if answer.status != 201 or not reference:
            self._strange("report", answer)
            return None

        def keep() -> None:
            self.ledger.unsure.discard(words)
            self.ledger.reports[words] = str(reference)
            self.ledger.confirmations.append(answer)

        self.ledger.note(keep)
        return str(reference)

    def _check(self, token: str, chance: random.Random) -> None:
        while not self._over.wait(chance.random() * self.pause):
            reference = self.ledger.some_report(chance)
            if reference is not None:
                self.check(token, reference)

    def check(self, token: str, reference: str) -> None:
        """The clerk checks on site: a verb that ends a promise."""
        words = f"fault {uuid.uuid4()}"
        self.ledger.note(lambda: self.ledger.unsure_verbs.add(words))
        path = f"/api/v1/complaints/{reference}/inspect/"
        answer = self._insist(path, {"note": words}, token)
        if answer.again:
            return
        if answer.status != 200:
            self._strange("inspect", answer)
            return

        def keep() -> None:
            self.ledger.unsure_verbs.discard(words)
            self.ledger.verbs[words] = reference

        self.ledger.note(keep)

    def _insist(self, path: str, body: dict[str, Any], token: str, tries: int = 60) -> Answer:
        """Ask until there is an answer; the key makes it one and the same request."""
        headers = {"Authorization": f"Token {token}", "Idempotency-Key": str(uuid.uuid4())}
        for _try in range(tries):
            answer = ask(self.port, "POST", path, body=body, headers=headers)
            if not answer.again:
                return answer
            self.ledger.note(partial(self.ledger.vain.append, answer))
            time.sleep(0.25)
        return answer

    def _strange(self, what: str, answer: Answer) -> None:
        line = f"{what}: {answer.status} {answer.text[:300]}"
        self.ledger.note(lambda: self.ledger.strange.append(line))
