"""The picture of an order's life is drawn from the law, and a stale one is noticed."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from complaints.workflow import STEPS, Status
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


def test_a_stale_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "life.md"
    monkeypatch.setattr(draw_workflow, "PAGE", page)
    with pytest.raises(CommandError, match="stale"):
        call_command("draw_workflow", "--check")
    call_command("draw_workflow")
    call_command("draw_workflow", "--check")
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")
    with pytest.raises(CommandError, match="stale"):
        call_command("draw_workflow", "--check")
