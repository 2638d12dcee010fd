"""Puts a verb's refusal back on the form it came from."""

from django import forms

from common.errors import DomainError


def put_back(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal at the fields it names, else above them; what was typed stays."""
    placed = False
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
            placed = True
    if not placed:
        form.add_error(None, str(refusal))
