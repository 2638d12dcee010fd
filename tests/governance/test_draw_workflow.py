"""The pictures of the lives of orders and committees are drawn from their laws; a stale one is
noticed."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from communities.rules import presets
from communities.workflow import MANAGEMENT, OWNERS, CommitteeState
from complaints.workflow import STEPS, Status
from governance import committee_drawing
from governance.drawing import drawn
from governance.management.commands import draw_workflow


def test_every_verb_and_every_status_is_in_the_picture() -> None:
    text = drawn()
    assert all(f"| {verb.value}" in text for verb in STEPS)
    assert all(f"{status.value}" in text for status in Status)
    assert "closed --> recheck: reopen" in text
    assert "answered --> recheck: rate (not solved)" in text


def test_the_page_in_the_repository_is_what_the_law_draws() -> None:
    call_command("draw_workflow", "--check")


def test_every_step_and_every_move_of_both_kinds_of_committee_is_in_the_picture() -> None:
    _head, owners, managed = committee_drawing.drawn().split("\n## ")[:3]
    for text, law in ((owners, OWNERS), (managed, MANAGEMENT)):
        for step, row in law.items():
            assert f"| {step.value} | {row.hand.value} | " in text
            for before, after in row.moves.items():
                arrow = f"    {before.value} --> {after.value}: {step.value}"
                assert (arrow in text) == (before != after)
    assert all(state.value in owners for state in CommitteeState)
    assert "group_met | keeper" in owners
    assert "list_published + list_days, branch_met" in owners
    assert "group_met" not in managed


def test_every_waiting_time_the_law_names_stands_below_with_its_source() -> None:
    text = committee_drawing.drawn().split("## Waiting times")[1]
    named = {need.days for row in OWNERS.values() for need in row.needs if need.days}
    named |= {row.before_end for row in (*OWNERS.values(), *MANAGEMENT.values()) if row.before_end}
    assert named
    for name in named:
        found = presets()[name]
        assert f"| {name} | {found.value} | {found.basis} | {found.source} |" in text


@pytest.mark.parametrize("name", draw_workflow.PAGES)
def test_a_stale_page_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / name
    monkeypatch.setattr(draw_workflow, "DOCS", tmp_path)
    with pytest.raises(CommandError, match="stale"):
        call_command("draw_workflow", "--check")
    call_command("draw_workflow")
    call_command("draw_workflow", "--check")
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")
    with pytest.raises(CommandError, match="stale"):
        call_command("draw_workflow", "--check")
