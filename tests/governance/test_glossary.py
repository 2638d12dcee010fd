"""The glossary names what the code has, by the word the pages use."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from communities import models as communities
from complaints import models as complaints
from complaints import workflow
from governance import translations as words

ROW = re.compile(r"^\| ([^|]+) \| `([\w.]+)` \| ([^|]+) \|$", re.MULTILINE)
ROWS = ROW.findall((settings.BASE_DIR / "docs" / "GLOSSARY.md").read_text(encoding="utf-8"))


def sources() -> str:
    paths: list[Path] = [p for p in words.sources(settings.BASE_DIR) if p.suffix == ".py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def member(name: str) -> TextChoices | None:
    """The value that a name such as `Status.CLOSED` stands for, if it is one."""
    holder, _dot, value = name.partition(".")
    for module in (workflow, complaints, communities):
        choices = getattr(module, holder, None)
        if isinstance(choices, type) and issubclass(choices, TextChoices):
            return choices[value] if value else None
    return None


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    source = sources()
    assert len(ROWS) > 80
    assert [n for _t, n, _m in ROWS if not re.search(rf"\b{n.split('.')[-1]}\b", source)] == []


@pytest.mark.parametrize("choices", [workflow.Status, workflow.Verb, workflow.Party])
def test_every_status_verb_and_party_is_explained(choices: type[TextChoices]) -> None:
    explained = {name for _term, name, _meaning in ROWS}
    assert {f"{choices.__name__}.{value}" for value in choices.names} <= explained


def test_the_glossary_and_the_pages_use_the_same_words() -> None:
    kept = words.read(words.PO)
    labels = [(term, value) for term, name, _meaning in ROWS if (value := member(name)) is not None]
    assert len(labels) > 60
    with translation.override("en"):
        shown = [(term, words.forms(kept[str(value.label)].string)[0]) for term, value in labels]
    assert [(term, word) for term, word in shown if term != word] == []
