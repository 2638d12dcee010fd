"""A report half written: kept in the session of this browser, so that nothing typed is lost."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.actors import Reporter
from common.codes import digest, new_secret

DRAFTS = "drafts"
MOST_DRAFTS = 5
STEPS = ("where", "building", "entrance", "what", "about", "tell", "you", "check")
# The parts a person sees; several questions may belong to one.
PARTS = {
    "where": 1,
    "building": 1,
    "entrance": 1,
    "what": 2,
    "about": 2,
    "tell": 3,
    "you": 4,
    "check": 5,
}


@dataclass
class Draft:
    """The answers so far. `key` names the draft in addresses; empty while nothing is kept."""

    key: str
    answers: dict[str, Any]

    @property
    def holder(self) -> Reporter:
        """Who owns the photos of this draft, and the order if it is sent without an account."""
        return Reporter(digest(self.answers["secret"]))

    @property
    def next_step(self) -> str:
        """The first question without an answer; `check` when there is none."""
        asked = self.answers.get("asked", [])
        return next((step for step in STEPS[:-1] if step not in asked), "check")

    def reachable(self, step: str) -> bool:
        """Whether everything before this step has been answered."""
        return STEPS.index(step) <= STEPS.index(self.next_step)

    def answer(self, step: str, **answers: Any) -> None:
        """Note what was answered at a step."""
        self.answers.update(answers)
        asked = self.answers.setdefault("asked", [])
        if step not in asked:
            asked.append(step)

    def forget(self, *steps: str) -> None:
        """Ask these again: an earlier answer has changed what they are about."""
        self.answers["asked"] = [s for s in self.answers.get("asked", []) if s not in steps]

    def url(self, step: str = "") -> str:
        """The address of a step, by default of the next one."""
        return step_url(step or self.next_step, d=self.key)


def step_url(step: str, **query: str) -> str:
    given = "&".join(f"{name}={value}" for name, value in query.items() if value)
    address = reverse("complaints:report_step", args=[step])
    return f"{address}?{given}" if given else address


def new_draft() -> Draft:
    """Nothing yet, but the secret that will own it."""
    return Draft("", {"secret": new_secret(), "asked": [], "photos": [], "source": "web"})


def draft_of(request: HttpRequest) -> Draft:
    """The draft the address names, else a new one."""
    key = request.GET.get("d", "")
    kept = request.session.get(DRAFTS, {}).get(key)
    return Draft(key, kept) if kept else new_draft()


def latest_draft(request: HttpRequest) -> Draft | None:
    """The draft last touched in this browser."""
    kept = request.session.get(DRAFTS, {})
    return Draft(key, kept[key]) if (key := next(reversed(kept), "")) else None


def keep(request: HttpRequest, draft: Draft) -> None:
    """Write the draft to the session; the oldest of more than five goes."""
    draft.key = draft.key or secrets.token_urlsafe(9)
    kept = dict(request.session.get(DRAFTS, {}))
    kept.pop(draft.key, None)
    kept[draft.key] = draft.answers
    request.session[DRAFTS] = dict(list(kept.items())[-MOST_DRAFTS:])


def drop(request: HttpRequest, draft: Draft) -> None:
    """The draft has become an order, or is not wanted."""
    kept = dict(request.session.get(DRAFTS, {}))
    kept.pop(draft.key, None)
    request.session[DRAFTS] = kept


def holders(request: HttpRequest) -> list[Reporter]:
    """Who owns the photos of the drafts in this browser."""
    return [Draft(key, kept).holder for key, kept in request.session.get(DRAFTS, {}).items()]
