"""The sentence of a notice, rendered when it is read, in the reader's language.

Each kind has a template `notifications/kinds/<kind>.txt`; its facts fill it in. The floors
above own the words without this floor having to know of them.
"""

import hashlib
import re
from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from notifications.channels import Message
from notifications.models import Notification, Outgoing, RobotNote

# A robot may ask that every message holds a word agreed on; this one always does.
BRAND = "红管家"
MOST_NAMED = 10


def sentence_of(notice: Outgoing) -> str:
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


def about_of(notice: Outgoing) -> str:
    """What the matter is, in the reader's language; empty where the notice does not say."""
    told: dict[str, str] = notice.facts.get("about", {})
    return told.get(get_language() or "", "") or next(iter(told.values()), "")


def path_of(notice: Outgoing) -> str:
    """Where in the portal the matter is to be seen."""
    reference = notice.facts.get("reference")
    if reference:
        return reverse("complaints:detail", args=[reference])
    slip = notice.facts.get("supervision")
    if slip:
        return reverse("supervision:detail", args=[slip])
    # What the floors between have to show: a page of theirs.
    if path := notice.facts.get("path"):
        return str(path)
    return reverse("notifications:list")


def named_in(notice: Outgoing) -> str:
    """What the matter is called by: an order's reference, a supervision order's number."""
    return str(notice.facts.get("reference") or notice.facts.get("number") or "")


# --- For the ways out --------------------------------------------------------------------


def message_of(notice: Notification, address: str) -> Message:
    """The notice as a channel takes it, in the reader's language."""
    with translation.override(notice.to.language):
        return Message(
            address=address,
            key=provider_key(notice),
            text=sentence_of(notice),
            at=notice.created_at,
            about=about_of(notice),
            reference=named_in(notice),
            link=f"{settings.PUBLIC_URL}{path_of(notice)}",
        )


def provider_key(notice: Notification) -> str:
    """The same for every try of this notice by this way, and no key of ours can be read from it.

    32 characters: what WeChat takes at most.
    """
    named = f"{notice.channel} {notice.key} {notice.to.public_id}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def words_for_group(notes: Sequence[RobotNote], *, others: bool) -> str:
    """What a chat group reads: one matter with its link, or many by their references alone.

    `others`: some were told one by one just before, so these are others.
    """
    with translation.override(settings.LANGUAGE_CODE):
        if len(notes) == 1:
            (note,) = notes
            link = f"{settings.PUBLIC_URL}{path_of(note)}" if named_in(note) else ""
            lines = [f"【{BRAND}】{sentence_of(note)}", about_of(note), link]
            return "\n".join(line for line in lines if line)
        references = dict.fromkeys(named_in(note) for note in notes)
        named = [reference for reference in references if reference]
        facts = {
            "count": len(notes),
            "others": others,
            "references": named[:MOST_NAMED],
            "more": len(named) > MOST_NAMED,
            "link": f"{settings.PUBLIC_URL}{reverse('complaints:queue')}",
        }
        text = render_to_string("notifications/digest.txt", facts)
        return f"【{BRAND}】" + "\n".join(line for line in text.splitlines() if line.strip())
