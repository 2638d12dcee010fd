"""The county as tests find it: made by its verbs once, kept as statements, left standing."""

import pickle
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from accounts.models import AuditEntry, User
from communities.models import (
    Appointment,
    Body,
    Contract,
    Estate,
    Firm,
    Grid,
    Place,
    PlaceCode,
)
from tests import factories
from tests.factories import County

KEPT: tuple[type[Model], ...] = (
    User,
    Place,
    PlaceCode,
    Estate,
    Body,
    Firm,
    Contract,
    Grid,
    Grid.buildings.through,
    Appointment,
    AuditEntry,
)
# Numbers of the county's rows begin here: beyond whatever a test may have made before it. On SQLite
# a number given out in a test that was rolled back is given out again.
FIRST = 1_000_000


class Mould:
    """The county as statements, so that building it again costs a few milliseconds.

    1. The first time it is made as it should be, by its verbs.
    2. The second time its rows are written in bulk, and the statements kept.
    3. From then on the statements are said again, as they are.
    """

    county: bytes = b""
    rows: tuple[list[Model], ...] = ()
    said: tuple[tuple[str, Any], ...] = ()

    def build(self) -> None:
        if not self.county:
            self._make()
        elif not self.said:
            self._keep()
        else:
            with connection.cursor() as cursor:
                for statement, words in self.said:
                    cursor.execute(statement, words)

    def cast(self) -> County:
        """A county of objects of its own: a test may change them."""
        county: County = pickle.loads(self.county)
        return county

    def _make(self) -> None:
        if connection.vendor == "sqlite":
            self._count_from_far()
        last = [model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in KEPT]
        made = factories.county()
        factories.cast(made)
        self.rows = tuple(
            list(model._base_manager.filter(pk__gt=pk).order_by("pk"))
            for model, pk in zip(KEPT, last, strict=True)
        )
        self.county = pickle.dumps(made)

    def _keep(self) -> None:
        said: list[tuple[str, Any]] = []

        def listen(execute: Any, statement: str, words: Any, many: bool, context: Any) -> Any:
            said.append((statement, words))
            return execute(statement, words, many, context)

        with connection.execute_wrapper(listen):
            for model, rows in zip(KEPT, self.rows, strict=True):
                model._base_manager.bulk_create(rows)
        self.said = tuple((s, w) for s, w in said if s.startswith("INSERT"))

    def _count_from_far(self) -> None:
        with connection.cursor() as cursor:
            for model in KEPT:
                words = (FIRST, model._meta.db_table)
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", words)
                if cursor.rowcount == 0:
                    cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", words)


class Standing:
    """The county in a transaction around those of the tests: it stands from one to the next.

    Each test is rolled back to where it began, and so finds the county as it was built. The first
    that does not ask for it, or that empties every table, has it cleared away before it begins.
    Where it is not `allowed` to stand, each test builds its own.
    """

    def __init__(self) -> None:
        self.mould = Mould()
        self.allowed = True
        self._around: transaction.Atomic | None = None

    @property
    def stands(self) -> bool:
        return self._around is not None

    def see_to(self, wanted: bool) -> None:
        """There it is, or is not, before a test's own transaction begins."""
        wanted = wanted and self.allowed
        if self._around and not (wanted and self._sound()):
            self.clear()
        if wanted and not self._around and not connection.in_atomic_block:
            self._around = transaction.atomic()
            self._around.__enter__()
            try:
                self.mould.build()
                connection.check_constraints()
            except BaseException:
                self.clear()
                raise

    def county(self) -> County:
        """The county, built in the test's own transaction where it does not stand around it."""
        if not self._around:
            self.mould.build()
        return self.mould.cast()

    def clear(self) -> None:
        if self._around:
            around, self._around = self._around, None
            if not connection.in_atomic_block:
                return  # a connection opened anew: what stood went with the old one
            if not connection.closed_in_transaction:
                transaction.set_rollback(True)
            around.__exit__(None, None, None)

    def _sound(self) -> bool:
        """A test may have broken the connection, and the county with it."""
        return (
            connection.in_atomic_block
            and not (connection.needs_rollback or connection.closed_in_transaction)
            and connection.is_usable()
        )
