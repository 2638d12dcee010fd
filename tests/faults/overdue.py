"""Makes orders by the thousand out of one that was really reported, and puts them into the past.

Rows are copied column by column, whatever columns there are, so that each copy is as whole as the
order it was made from. No verb is called: ten thousand would take minutes.
"""

from tests.faults.machines import Ask

# What hangs on an order, and which of its columns are moments that move into the past with it.
PARTS = ("complaints_deadline", "complaints_event", "complaints_contact")


def put_into_the_past(ask: Ask, reference: str, *, number: int, youngest: str, oldest: str) -> None:
    """`number` copies of the order, reported evenly between `oldest` and `youngest` ago.

    In one transaction: a sweep must not meet an order whose promises are not there yet.
    """
    age = f"interval '{youngest}' + (interval '{oldest}' - interval '{youngest}') * n / {number}.0"
    ask(
        f"""CREATE TABLE copies AS
            SELECT n, nextval('complaints_complaint_id_seq') AS id, {age} AS age
              FROM generate_series(1, {number}) AS n"""
    )
    _copy(ask, "complaints_complaint", reference, "copies.id", "'F' || copies.id")
    for table in PARTS:
        _copy(ask, table, reference, f"nextval('{table}_id_seq')", "")
    ask("DROP TABLE copies")


def _copy(ask: Ask, table: str, reference: str, key: str, name: str) -> None:
    """Copy the order's own row, or the rows of a part of it, once for each copy."""
    whole = table == "complaints_complaint"
    columns = ask(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
        table,
    )
    values = {"id": key, "reference": name} if whole else {"id": key, "complaint_id": "copies.id"}
    picked = [
        values.get(column) or (f"o.{column} - copies.age" if "timestamp" in kind else f"o.{column}")
        for column, kind in columns
    ]
    names = ", ".join(f'"{column}"' for column, _kind in columns)
    of = "c.id = o.id" if whole else "c.id = o.complaint_id"
    ask(
        f"""INSERT INTO {table} ({names}) SELECT {", ".join(picked)}
              FROM {table} o JOIN complaints_complaint c ON {of} AND c.reference = %s
             CROSS JOIN copies""",
        reference,
    )
