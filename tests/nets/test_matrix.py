"""The matrix: every route × everybody × method, against one table that people can read.

The orders asked for: the resident's own, which the firm's repairer is at work on, and one just
like it that was reported by the holder of a tracking secret. Forms are sent empty: 404 what one
may not see, 403 what one may not do, 409 what cannot be done now, and then what is missing.

`MATRIX=write pytest tests/nets/test_matrix.py` writes the table anew; read the difference.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import User
from tests.complaints.slips import supervised
from tests.factories import County, invited, shift
from tests.nets.kept import registered
from tests.nets.routes import routes
from tests.nets.subjects import Subject, addresses
from tests.nets.visitors import (
    HOLDER,
    Visitor,
    holder,
    undone,
    visitors,
    with_photo,
)

TABLE = Path(__file__).with_name("matrix.txt")
HEAD = """\
# Who gets which answer. Every route, every method, everybody: nobody, the holder of a tracking
# secret, and the cast of tests/factories.py. The order is the resident's (or the holder's) own,
# about the first building, and the firm's repairer is at work on it; the subdistrict has it under
# supervision, addressed to the firm. Forms are sent empty.
# 200 the page · 201 done · 302 on to another page, or to the sign-in · 400 something is missing
# 401 sign in first · 403 not yours to do · 404 not there for you · 405 not this way · 409 not now
"""
pytestmark = pytest.mark.django_db


def row(codes: dict[str, int]) -> str:
    """`403 manager repairer · else 404`: who gets what, the commonest answer last."""
    commonest, _count = Counter(codes.values()).most_common(1)[0]
    if len(set(codes.values())) == 1:
        return f"{commonest} everybody"
    groups = [
        " ".join([str(code), *(name for name, given in codes.items() if given == code)])
        for code in sorted(set(codes.values()) - {commonest})
    ]
    return " · ".join([*groups, f"else {commonest}"])


# Whose pages are drawn to the end; what the others are answered is settled before.
DRAWN_FOR = {"nobody", "dispatcher", "manager", "district"}
PAGE, NOT_THIS_WAY = 200, 405
# Enough to see that a door knows no such method, which it looks at before anybody's rights, and
# that a page is anybody's: a stranger and people of every kind were shown it.
SOME = {"nobody", HOLDER, "resident", "dispatcher", "manager", "district"}


def undrawn(*_words: object, **_more: object) -> str:
    return ""


def unwritten(*_words: object, **_more: object) -> dict[str, str]:
    return {}


# What draws pages, and the description of the API.
DRAWING = {
    "django.template.loader.render_to_string": undrawn,
    "drf_spectacular.generators.SchemaGenerator.get_schema": unwritten,
}


def settled(codes: dict[str, int]) -> bool:
    """Whether what the first were answered says what everybody else would be."""
    return codes["district"] == NOT_THIS_WAY or set(codes.values()) == {PAGE}


def answers(
    method: str,
    everybody: dict[str, Visitor],
    subjects: dict[str, Subject],
    patch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, str]]:
    for route in routes():
        paths = {who: dict(addresses(route, subject)) for who, subject in subjects.items()}
        for name, usual in paths["resident"].items():
            codes: dict[str, int] = {}
            for who in sorted(everybody, key=lambda who: who not in SOME):
                if who not in SOME and settled(codes):
                    break
                visitor = everybody[who]
                path = paths[who][name] if who in paths else usual
                with undone(), patch.context() as drawing:
                    for drawer, idle in DRAWING.items() if who not in DRAWN_FOR else ():
                        drawing.setattr(drawer, idle)
                    codes[who] = visitor.knock(method, path).code
            in_order = {who: codes[who] for who in everybody if who in codes}
            yield f"{method.upper():4} {name}", row(in_order)


def written() -> dict[str, str]:
    """The table as it is."""
    lines = re.findall(r"^(GET|POST) +(\S+(?: \S+)?) {2,}(.+)$", TABLE.read_text("utf-8"), re.M)
    return {f"{method:4} {name}": who for method, name, who in lines}


def write(found: dict[str, str], method: str) -> None:
    """What was found of one method, beside what the table says of the other, route by route."""
    other = {"get": "POST", "post": "GET"}[method]
    kept = {name: who for name, who in written().items() if name.startswith(other)}
    rows = {**kept, **found}
    routes_of = [name[5:] for name in (found or kept)]
    names = [f"{m:4} {name}" for name in routes_of for m in ("GET", "POST")]
    width = max(map(len, rows))
    lines = [f"{name:{width}}  {rows[name]}" for name in names if name in rows]
    TABLE.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_the_answer_of_the_table(
    method: str, county: County, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = with_photo(county, people, holder())
    shift(county, people["dispatcher"])
    invited(county, people["dispatcher"])
    kept = registered(county)
    subjects = {
        "resident": Subject(*with_photo(county, people, people["resident"]), county, kept),
        HOLDER: Subject(*held, county, kept),
    }
    supervised(county, people, [subjects["resident"].order])
    found = dict(answers(method, visitors(people, held[0], each_known=True), subjects, monkeypatch))
    if os.environ.get("MATRIX") == "write":
        write(found, method)
    table = {name: who for name, who in written().items() if name.startswith(method.upper())}
    missing = set(found) - set(table)
    assert not missing, f"routes the table does not know: {sorted(missing)}"
    assert not set(table) - set(found), "the table knows routes that are gone"
    differing = {name: (table[name], who) for name, who in found.items() if table[name] != who}
    assert not differing, "\n".join(
        f"{name}\n  expected {expected}\n  answered {answered}"
        for name, (expected, answered) in differing.items()
    )
