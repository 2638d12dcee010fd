"""What every door with a form needs: what was sent, a verb's refusal put back on it, days."""

from django import forms
from django.http import HttpRequest, QueryDict

from common.errors import DomainError


class Day(forms.DateInput):
    """A day, as browsers ask for one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form gets to judge: what was sent, even if nothing was filled in; None for a look."""
    return request.POST if request.method == "POST" else None


def put_back(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal at the fields it names, else above them; what was typed stays."""
    placed = False
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
            placed = True
    if not placed:
        form.add_error(None, str(refusal))


def refused(form: forms.Form, refusal: DomainError) -> int:
    """Put a refusal back on the form; the status with which the page answers."""
    put_back(form, refusal)
    return refusal.http_status
