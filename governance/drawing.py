"""The life of an order as a picture and a table, drawn from the law itself."""

from collections.abc import Iterable

from django.utils import translation

from complaints.workflow import ENDED, LADDER, STEPS, Ending, Status, Step, Verb

HEAD = """# The life of an order

Drawn from `complaints/workflow.py` by `make draw`; never edited by hand.
"""


def drawn() -> str:
    """The whole of docs/complaint-life.md."""
    with translation.override("en"):
        return "\n".join([HEAD, _diagram(), _table(), _ladder()])


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    for verb, row in STEPS.items():
        for ending, when in _endings(row):
            lines += _arrows(verb, row, ending, when)
    lines += [f"    {status.value} --> [*]" for status in Status if status in ENDED]
    return "\n".join([*lines, "```", ""])


def _arrows(verb: Verb, row: Step, ending: Ending, when: str) -> list[str]:
    label = f"{verb.value} ({when})" if when else verb.value
    if verb == Verb.REPORT:
        return [f"    [*] --> {ending.to.value}: {label}"] if ending.to else []
    if ending.to is None:
        return []
    return [f"    {source.value} --> {ending.to.value}: {label}" for source in _sorted(row.sources)]


def _endings(row: Step) -> list[tuple[Ending, str]]:
    found = [(row.ending, "")]
    if row.otherwise is not None:
        found.append((row.otherwise, row.otherwise_when))
    return found


def _sorted(statuses: Iterable[Status]) -> list[Status]:
    return sorted(statuses, key=list(Status).index)


def _table() -> str:
    lines = [
        "| verb | by | from | to | meets | voids | opens |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for verb, row in STEPS.items():
        for ending, when in _endings(row):
            cells = [
                f"{verb.value}{f', {when}' if when else ''}",
                ", ".join(sorted(party.value for party in row.parties)),
                ", ".join(status.value for status in _sorted(row.sources)) or "–",
                ending.to.value if ending.to else "stays",
                ", ".join(sorted(stage.value for stage in ending.meets)) or "–",
                ", ".join(sorted(stage.value for stage in ending.voids)) or "–",
                ", ".join(stage.value for stage in ending.opens) or "–",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _ladder() -> str:
    lines = ["Who hears of a late stage, from the nearest up:", ""]
    for stage, rungs in LADDER.items():
        lines.append(f"- {stage.value}: {' → '.join(rung.value for rung in rungs)}")
    return "\n".join([*lines, ""])
