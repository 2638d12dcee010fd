"""The life of a listing as a picture and a table, drawn from the law itself."""

from collections.abc import Iterable

from django.utils import translation

from ratings.workflow import APPROVERS, ENDED, LAW, Hand, Law, ListingState, ListingVerb

HEAD = """# The life of a listing

Drawn from `ratings/workflow.py` by `make draw`; never edited by hand. Steps in brackets are taken
where the scheme has them; a step that keeps the state is in the table only. Days are working days
of the scheme.
"""


def drawn() -> str:
    """The whole of docs/listing-life.md."""
    with translation.override("en"):
        return "\n".join([HEAD, _diagram(), _table(), _hands()])


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines.append(f"    [*] --> {ListingState.PROPOSED.value}: {ListingVerb.PROPOSE.value}")
    for verb, row in LAW.items():
        if verb in (ListingVerb.WITHDRAW, ListingVerb.VETO_ENDS):
            continue  # from everywhere: arrows that hide all others
        lines += [
            f"    {before.value} --> {after.value}: {_named(verb, row)}"
            for before, after in _moves(row)
            if before != after
        ]
    lines.append(f"    published --> withdrawn: {ListingVerb.WITHDRAW.value}")
    lines += [f"    {state.value} --> [*]" for state in ListingState if state in ENDED]
    return "\n".join([*lines, "```", ""])


def _moves(row: Law) -> list[tuple[ListingState, ListingState]]:
    return [(before, row.last or after) for before, after in row.moves.items()]


def _named(verb: ListingVerb, row: Law) -> str:
    return f"[{verb.value}]" if row.switch else verb.value


def _table() -> str:
    lines = [
        "| step | list | by | from | to | recorded with | after | not while | begins |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for verb, row in LAW.items():
        cells = [
            _named(verb, row),
            row.only or "both",
            row.hand.value,
            _listed(state.value for state in row.moves),
            _listed(_leads(row)),
            _listed(row.asks),
            _listed(need.value for need in row.needs),
            _listed(bar.value for bar in row.bars),
            row.opens or "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _leads(row: Law) -> list[str]:
    """Where a step leads, each once; `stays` where it keeps the state."""
    found = ["stays" if before == after else after.value for before, after in row.moves.items()]
    if row.last is not None:
        found.append(f"{row.last.value} with number {APPROVERS}")
    return list(dict.fromkeys(found))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "–"


def _hands() -> str:
    lines = ["Who takes a step; nobody tied to the firm, but the firm itself:", ""]
    lines += [f"- {hand.value}: {hand.label}" for hand in Hand]
    return "\n".join([*lines, ""])
