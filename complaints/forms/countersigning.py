"""The form of those who countersign on-site checks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.forms._verb import VerbForm, choice, words
from complaints.workflow import Verb

AGREES = [("yes", _("Yes, I agree")), ("no", _("No, I found it otherwise"))]


class CountersignForm(VerbForm):
    verb = Verb.COUNTERSIGN
    do = staticmethod(actions.countersign)
    button = _("Countersign")
    hint = _("Once a check. No time waits for it; the community hears if you do not agree.")
    told = _("Your name stands beside the check.")
    agrees = choice(
        _("Is it as the on-site check says?"),
        AGREES,
        required=_("Say whether you agree with the check."),
    )
    note = words(
        _("What did you find?"),
        hint=_("Needed if you do not agree. Everybody on the order can read it."),
    )

    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "agrees": self.cleaned_data["agrees"] == "yes"}
