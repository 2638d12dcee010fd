"""How often beat starts which sweep: the one table of sweeps.

`manage.py tick`, the metrics and the health page read it too, so that a sweep that is added here is
in all of them and forgotten by none. The names are what people read. Settings import this module:
it imports no app.
"""

from typing import Any

from django.utils.translation import gettext_noop

from governance.beat import Every


def every(seconds: float, task: str) -> dict[str, Any]:
    """An entry of beat's schedule. Without `expires`: a worker's clock may be wrong."""
    return {"task": task, "schedule": Every(seconds)}


SCHEDULE: dict[str, dict[str, Any]] = {
    gettext_noop("sound alarms"): every(10, "complaints.tasks.sound_alarms"),
    gettext_noop("sound supervision"): every(10, "complaints.tasks.sound_supervision"),
    gettext_noop("reckon anew"): every(60, "complaints.tasks.reckon_anew"),
    # Filing overdue, re-election due: days, not minutes.
    gettext_noop("watch committees"): every(600, "communities.tasks.sound_committees"),
    gettext_noop("tell of contracts that end"): every(600, "communities.tasks.tell_endings"),
    gettext_noop("turn modes of service"): every(600, "communities.tasks.turn_modes"),
    # Some hundred firms a round; nothing to do but at the end of a period.
    gettext_noop("freeze scores"): every(10, "ratings.tasks.freeze_periods"),
    # Somebody waits before the page, looking on.
    gettext_noop("make bulletins"): every(5, "ratings.tasks.make_bulletins"),
    gettext_noop("write down what was published"): every(60, "ratings.tasks.write_witness"),
    gettext_noop("look at what was published"): every(3600, "ratings.tasks.verify_chain"),
    # On the first of each month; later in the month there is nothing left to do.
    gettext_noop("take figures"): every(600, "governance.tasks.take_figures"),
    gettext_noop("move open work"): every(60, "complaints.tasks.follow_offices"),
    gettext_noop("tell of offices that end"): every(3600, "communities.tasks.tell_of_ends"),
    # Somebody waits before the page, looking on.
    gettext_noop("work on lists sent in"): every(5, "communities.tasks.run_imports"),
    gettext_noop("watch rectification"): every(60, "ratings.tasks.sound_rectification"),
    gettext_noop("watch lists"): every(60, "ratings.tasks.sound_listings"),
    gettext_noop("watch credit hearings"): every(60, "ratings.tasks.sound_credit"),
    gettext_noop("watch recommendations"): every(60, "ratings.tasks.sound_advice"),
    gettext_noop("close polls"): every(60, "ratings.tasks.close_polls"),
    gettext_noop("deliver notices"): every(5, "notifications.tasks.deliver_pending"),
    gettext_noop("sweep up photos of findings"): every(3600, "ratings.tasks.remove_unowned_photos"),
    gettext_noop("sweep up files of listings"): every(3600, "ratings.tasks.remove_unowned_files"),
    # Days, not minutes.
    gettext_noop("forget who objected"): every(3600, "ratings.tasks.forget_objectors"),
    gettext_noop("sweep the floor"): every(3600, "complaints.tasks.remove_unowned_photos"),
    gettext_noop("forget old form keys"): every(3600, "accounts.tasks.forget_old_keys"),
    gettext_noop("forget old codes"): every(3600, "accounts.tasks.forget_old_codes"),
    # A report half written is in its session, with name and number.
    gettext_noop("forget old sessions"): every(3600, "accounts.tasks.forget_old_sessions"),
    gettext_noop("forget old sign-ins"): every(3600, "accounts.tasks.forget_old_sign_ins"),
}
