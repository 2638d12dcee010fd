"""Many rows written at once: by COPY and one UPDATE on PostgreSQL, row by row elsewhere.

For sweeps over tens of thousands of rows, where building a statement out of a model's instances
costs more than the database's own work. The columns are named by the caller, each row is a tuple
in their order, and the constraints of the table hold as always.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import StringIO
from operator import attrgetter
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
Say = Callable[[Any], str]
NOTHING = "\\N"


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows; what is not named takes the database's default.

    Raises IntegrityError as the constraints say, and then nothing of it is written.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    rows = list(rows)
    if not rows:
        return
    table, columns = _quoted(model._meta.db_table), ", ".join(_column(field) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = _copied(fields, rows)
            # Its errors come through Django's wrapper as those of any statement.
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 our own names
            [_adapted(fields, row) for row in rows],
        )


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Set columns of rows by their primary key, which each row begins with."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    table = _quoted(model._meta.db_table)
    rows = list(rows)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            every = [key, *fields]
            sources = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in every)
            given = ", ".join(["k", *(f"v{n}" for n in range(len(fields)))])
            sets = ", ".join(f"{_column(field)} = v.v{n}" for n, field in enumerate(fields))
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({sources}) AS v({given})"  # noqa: S608
                f" WHERE {table}.{_column(key)} = v.k",
                [list(column) for column in zip(*rows, strict=True)],
            )
            return
        sets = ", ".join(f"{_column(field)} = %s" for field in fields)
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE {_column(key)} = %s",  # noqa: S608 our own names
            [[*_adapted(fields, row[1:]), row[0]] for row in rows],
        )


def insert(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Insert instances that have no key yet; they do not learn it."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = attrgetter(*(field.attname for field in fields))
    insert_rows(model, [field.name for field in fields], map(values, objects))


def update(
    model: type[models.Model], objects: Iterable[models.Model], names: Sequence[str]
) -> None:
    """Write these columns of instances."""
    attnames = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    update_rows(model, names, map(attrgetter("pk", *attnames), objects))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _column(field: Any) -> str:
    return _quoted(field.column)


def _adapted(fields: Sequence[Any], row: Row) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)
    ]


def _copied(fields: Sequence[Any], rows: Iterable[Row]) -> StringIO:
    """The rows as COPY reads them: one line each, columns apart by tabs."""
    says = [_say_of(field) for field in fields]
    lines = [
        "\t".join(
            [NOTHING if value is None else say(value) for say, value in zip(says, row, strict=True)]
        )
        for row in rows
    ]
    return StringIO("\n".join([*lines, ""]))


def _say_of(field: Any) -> Say:
    if isinstance(field, models.JSONField):
        return _same(_json)
    if isinstance(field, models.DateTimeField):
        return _same(datetime.isoformat)
    if isinstance(field, models.BooleanField):
        return _boolean
    if isinstance(field, models.CharField | models.TextField):
        return _text
    return str


def _same(say: Say) -> Say:
    """Rows side by side often hold the very same object: said once."""
    last: list[Any] = [None, ""]

    def once(value: Any) -> str:
        if value is not last[0]:
            last[:] = value, say(value)
        return str(last[1])

    return once


def _json(value: Any) -> str:
    return _text(json.dumps(value))


def _boolean(value: bool) -> str:
    return "t" if value else "f"


def _text(value: str) -> str:
    """Backslashes, tabs and line ends would end the column or the row."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    for mark, name in (("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        if mark in value:
            value = value.replace(mark, name)
    return value
