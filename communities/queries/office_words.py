"""What each office allows, in a sentence for whoever holds it and whoever gives it."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import Office
from communities.rules import said

ALLOWS = {
    Office.GRID_WORKER: _(
        "Walks the grid, reports what is found, checks and dispatches orders of its buildings."
    ),
    Office.GRID_LEADER: _(
        "Leads the grid: checks and dispatches orders of its buildings, and guides its workers."
    ),
    Office.COMMUNITY_CLERK: _(
        "Works at the community's desk: checks, dispatches and answers orders, keeps the register."
    ),
    Office.COMMUNITY_SECRETARY: _(
        "Leads the community's office: all of its desk's work, its duty roster, its appointments."
    ),
    Office.SUBDISTRICT_OFFICER: _(
        "Oversees every order under the subdistrict, grants more time, supervises what is late, "
        "and appoints the communities' people."
    ),
    Office.DISTRICT_OFFICER: _(
        "Oversees the whole district: its rules, its indicators, its firms and their managers."
    ),
    Office.FIRM_MANAGER: _(
        "Answers for the firm: accepts and handles its orders, and names its clerks, repairers "
        "and butlers. Never sees who reported."
    ),
    Office.FIRM_CLERK: _("Accepts and handles the firm's orders. Never sees who reported."),
    Office.REPAIRER: _("Attends to the orders the firm gives them. Never sees who reported."),
    Office.DEPARTMENT_OFFICER: _("Handles the orders that are dispatched to the department."),
    Office.BUTLER: _(
        "Known to the building's residents by name; sees its orders without the reporters."
    ),
    Office.BRANCH_SECRETARY: _("Sees the estate's orders without the reporters."),
    Office.COMMITTEE_MEMBER: _("Sees the estate's orders without the reporters."),
    Office.COMMITTEE_DIRECTOR: _("Speaks for the committee, and handles what is dispatched to it."),
    Office.OBSERVER: _(
        "Put forward by the owners: notes what they observe in the estate; the community answers."
    ),
    Office.WARDEN: format_lazy(
        _("Goes round the estate at least {visits} times a month and keeps note of it."),
        visits=said("visits_a_month"),
    ),
    Office.INTEGRITY_SUPERVISOR: _(
        "Watches over charges, common income and the maintenance fund; notes what they observe."
    ),
    Office.AUDITOR: _("Reads the event and audit logs, masked. Changes nothing."),
    Office.ADMINISTRATOR: _("Looks after accounts and settings. Sees no orders."),
}
