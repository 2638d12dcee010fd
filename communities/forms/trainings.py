"""One training for several committees at once: who came, a line for each committee."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.now import today
from communities.actions.committee_seats import record_training
from communities.forms._deeds import Deed, DeedForm, words
from communities.forms.committees import TrainingForm
from communities.models import DIVISIONS, IN_TERM, Committee, CommitteeState, Place
from communities.permissions import check_keeps_register

LINE = re.compile(r"(?P<said>.*?)[\s,，:：;；、]*(?P<people>\d{0,2})\s*(人|名)?")
OFFERED = (*IN_TERM, CommitteeState.ELECTED)
MOST_OFFERED = 60
MOST_LINES = 500


def committees_under(place: Place) -> Any:
    """Those that are there today, at a place and beneath it."""
    rows = Committee.objects.select_related("body__place__parent").order_by("body__code")
    return rows.filter(body__place__code__startswith=place.code, body__dissolved_on__isnull=True)


class TrainingOfSeveralForm(DeedForm):
    topic, on, hours = (TrainingForm.base_fields[name] for name in ("topic", "on", "hours"))
    present = words(
        _("Committees and how many took part"),
        20_000,
        10,
        help_text=_(
            "A line for each: its name or code, then the number. A line without one is left out."
        ),
    )

    def known(self, target: Place) -> dict[str, Any]:
        offered = committees_under(target).filter(state__in=OFFERED)[:MOST_OFFERED]
        return {"on": today(), "present": "\n".join(f"{one.body.name} " for one in offered)}

    def clean_present(self) -> dict[Committee, int]:
        there: dict[str, list[Committee]] = {}
        for one in committees_under(self.target):
            there.setdefault(one.body.code, []).append(one)
            there.setdefault(one.body.name, []).append(one)
        found: dict[Committee, int] = {}
        for line in str(self.cleaned_data["present"]).splitlines()[:MOST_LINES]:
            read = LINE.fullmatch(line.strip())
            if read is None or not read["people"]:
                continue
            named = there.get(read["said"].strip(), [])
            if len(named) != 1:
                raise forms.ValidationError(
                    _("“%(line)s”: give the name of one committee here, or its code."),
                    params={"line": line.strip()[:60]},
                )
            if named[0] in found:
                raise forms.ValidationError(
                    _("%(committee)s stands here twice."), params={"committee": named[0].body.name}
                )
            found[named[0]] = int(read["people"])
        if not any(found.values()):
            raise forms.ValidationError(_("Say how many took part."))
        return {committee: people for committee, people in found.items() if people}


def _record(place: Place, **given: Any) -> object:
    return record_training(place=place, **given)


AT_PLACE = {
    "training": Deed(
        _("A training for several committees"),
        _("Record the training"),
        _("The training stands in the file of every committee that took part."),
        TrainingOfSeveralForm,
        _record,
        check_keeps_register,
        lambda place: place.kind in DIVISIONS,
    )
}
