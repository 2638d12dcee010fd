"""The workflow's table as a page: a state diagram and the table of verbs. Text only."""

from collections.abc import Iterable, Iterator

from complaints.workflow import (
    ENDED,
    LADDER,
    RETURNS_BEFORE_SUBDISTRICT,
    STEPS,
    UNSOLVED_BEFORE_SUBDISTRICT,
    Ending,
    Rung,
    Stage,
    Status,
    Step,
    Verb,
)

HEAD = """\
# An order's life

Drawn from `complaints/workflow.py` by `make draw`; the build fails when this page is stale.
Do not edit it by hand.
"""
ROW = "| {} | {} | {} | {} | {} | {} | {} |"


def page() -> str:
    """The whole page, in Markdown; call it with English active."""
    parts = (HEAD, _diagram(), _verbs(), _ladder(), _limits())
    return "\n".join(parts)


def _diagram() -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *_states(), *_arrows(), "```", ""])


def _states() -> Iterator[str]:
    for status in Status:
        yield f"    {status.value}: {status.label}"
    yield "    classDef ended fill:#eee,stroke:#999"
    yield f"    class {','.join(s.value for s in Status if s in ENDED)} ended"


def _arrows() -> Iterator[str]:
    """An arrow for each way a verb leads; verbs that stay where they are would hide the rest."""
    for (source, to), verbs in _ways().items():
        yield f"    {source} --> {to}: {', '.join(verbs)}"
    for status in Status:
        if status in ENDED and not any(status in step.sources for step in STEPS.values()):
            yield f"    {status.value} --> [*]"


def _ways() -> dict[tuple[str, str], list[str]]:
    """Verbs by where they lead from and to, in the order of the table."""
    ways: dict[tuple[str, str], list[str]] = {}
    for verb, step in STEPS.items():
        sources = [s.value for s in Status if s in step.sources] or ["[*]"]
        for source in sources:
            for ending, when in _endings(step):
                if ending.to is not None:
                    said = f"{verb.value} ({when})" if when else verb.value
                    ways.setdefault((source, ending.to.value), []).append(said)
    return ways


def _endings(step: Step) -> Iterator[tuple[Ending, str]]:
    yield step.ending, ""
    if step.otherwise is not None:
        yield step.otherwise, step.otherwise_when


def _verbs() -> str:
    head = ("verb", "from", "to", "party", "meets", "voids", "opens")
    lines = ["## Verbs", "", ROW.format(*head), ROW.format(*["---"] * len(head))]
    for verb, step in STEPS.items():
        lines += [_row(verb, step, ending, when) for ending, when in _endings(step)]
    return "\n".join([*lines, "", "A verb that leads to “=” leaves the status as it is.", ""])


def _row(verb: Verb, step: Step, ending: Ending, when: str) -> str:
    name = f"**{verb.value}** {verb.label}"
    return ROW.format(
        f"{name}, {when}" if when else name,
        _listed(s.value for s in Status if s in step.sources),
        ending.to.value if ending.to else "=",
        _listed(sorted(p.value for p in step.parties)),
        _stages(ending.meets),
        _stages(ending.voids),
        _stages(ending.opens),
    )


def _stages(stages: Iterable[Stage]) -> str:
    wanted = frozenset(stages)
    return _listed(stage.value for stage in Stage if stage in wanted)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "–"


def _ladder() -> str:
    lines = ["## Who hears of a late stage", "", "| stage | first | then |", "| --- | --- | --- |"]
    for stage, rungs in LADDER.items():
        first, *rest = (Rung(rung).label for rung in rungs)
        lines.append(f"| {stage.label} | {first} | {', '.join(map(str, rest))} |")
    return "\n".join([*lines, ""])


def _limits() -> str:
    return (
        f"The desk moves to the subdistrict with return {RETURNS_BEFORE_SUBDISTRICT}"
        f" and with “not solved” {UNSOLVED_BEFORE_SUBDISTRICT}.\n"
    )
