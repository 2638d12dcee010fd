"""The life of a committee as pictures and tables, drawn from the law of its formation itself."""

from collections.abc import Iterable, Mapping

from django.utils import translation

from communities.rules import presets
from communities.workflow import MANAGEMENT, OWNERS, CommitteeState, Law, Need, Step

HEAD = """# The life of a committee

Drawn from `communities/workflow.py` and `communities/data/formation.json` by `make draw`; never
edited by hand. A step that keeps the state is in the table only.
"""
KINDS = {"Owners' committees": OWNERS, "Property management committees": MANAGEMENT}


def drawn() -> str:
    """The whole of docs/committee-life.md."""
    with translation.override("en"):
        parts = [HEAD]
        for title, law in KINDS.items():
            parts += [f"## {title}\n", _diagram(law), _table(law)]
        return "\n".join([*parts, _waits()])


def _diagram(law: Mapping[Step, Law]) -> str:
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {CommitteeState.NOT_ELIGIBLE.value}: found_committee",
    ]
    for step, row in law.items():
        lines += [
            f"    {before.value} --> {after.value}: {step.value}"
            for before, after in row.moves.items()
            if before != after
        ]
    lines.append(f"    {CommitteeState.DISSOLVED.value} --> [*]")
    return "\n".join([*lines, "```", ""])


def _table(law: Mapping[Step, Law]) -> str:
    lines = [
        "| step | recorded by | while | then | after | recorded with | uses up | read by |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for step, row in law.items():
        cells = [
            step.value,
            row.hand.value,
            _listed(before.value for before in row.moves),
            _listed(_leads(row)),
            _listed(_after(row)),
            _listed(row.asks),
            _listed(spent.value for spent in row.spends),
            "anybody" if row.public else "those who keep the register",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _leads(row: Law) -> list[str]:
    """Where a step leads, each once; `stays` where it keeps the state."""
    found = ["stays" if before == after else after.value for before, after in row.moves.items()]
    return list(dict.fromkeys(found))


def _after(row: Law) -> list[str]:
    found = [_needed(need) for need in row.needs]
    if row.before_end:
        found.append(f"not before {row.before_end} to the term's end")
    return found


def _needed(need: Need) -> str:
    steps = " or ".join(step.value for step in need.steps)
    return f"{steps} + {need.days}" if need.days else steps


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "–"


def _waits() -> str:
    """The figures the tables name, and those the clock sounds its alarms by."""
    lines = [
        "## Waiting times",
        "",
        "| rule | days | rests on | source |",
        "| --- | --- | --- | --- |",
    ]
    for name, rule in presets("formation.json").items():
        if rule.unit == "days":
            lines.append(f"| {name} | {rule.value} | {rule.basis} | {rule.source} |")
    return "\n".join([*lines, ""])
