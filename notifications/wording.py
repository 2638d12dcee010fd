"""The sentence of a notice, rendered when it is read, in the reader's language.

Each kind has a template `notifications/kinds/<kind>.txt`; its facts fill it in. The floors
above own the words without this floor having to know of them.
"""

import re

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from notifications.models import Notification


def sentence_of(notice: Notification) -> str:
    """One line of plain text."""
    # Facts are plain JSON; what is a moment is a moment again for the words.
    facts = {
        name: parse_datetime(value) if name.endswith("_at") else value
        for name, value in notice.facts.items()
        if name != "about"
    }
    text = render_to_string(f"notifications/kinds/{notice.kind}.txt", facts)
    # Sentences stand in lines of their own; in Chinese no space comes between them.
    return re.sub(r"(?<=。) ", "", " ".join(text.split()))


def about_of(notice: Notification) -> str:
    """What the matter is, in the reader's language; empty where the notice does not say."""
    told: dict[str, str] = notice.facts.get("about", {})
    return told.get(get_language() or "", "") or next(iter(told.values()), "")


def path_of(notice: Notification) -> str:
    """Where in the portal the matter is to be seen."""
    reference = notice.facts.get("reference")
    if reference:
        return reverse("complaints:detail", args=[reference])
    return reverse("notifications:list")
