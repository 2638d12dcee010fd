"""Whoever calls a verb says who acts."""

import ast
from collections.abc import Iterator

from tests.test_house import modules, named


def with_a_default_actor(source: str) -> Iterator[str]:
    """Functions that would act as somebody when nobody is named."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        given = node.args
        late = given.args[len(given.args) - len(given.defaults) :]
        pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        kept = [one for one, default in pairs if default is not None]
        if any(one.arg == "by" for one in [*late, *kept]):
            yield node.name


def test_the_search_finds_an_actor_by_default() -> None:
    source = "def a(*, by=1): ...\ndef b(x, by=1): ...\ndef c(by, *, on=1): ...\n"
    assert list(with_a_default_actor(source)) == ["a", "b"]


def test_no_verb_acts_as_somebody_by_default() -> None:
    verbs = [path for path in modules() if "actions" in path.as_posix() and path.name[0] != "_"]
    found = {named(path): list(with_a_default_actor(path.read_text())) for path in verbs}
    assert {path: names for path, names in found.items() if names} == {}
