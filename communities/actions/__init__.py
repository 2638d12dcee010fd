"""The verbs: the only code that changes places, bodies, offices, the calendar and the rosters."""

from communities.actions.calendar import NoticeDay, check_notice, enter_notice, mark_reckoned
from communities.actions.contracts import (
    change_contract,
    end_engagement,
    engage_firm,
    renew_contract,
    tell_endings,
)
from communities.actions.deviations import (
    answer_deviation,
    put_deviation_right,
    record_deviation,
    take_deviation_back,
)
from communities.actions.duty import Repeated, copy_week, remove_shift, set_shift, stand_in
from communities.actions.estates import (
    change_mode,
    keep_building,
    keep_dwelling,
    keep_ledger,
    turn_modes,
    write_plan,
)
from communities.actions.facilities import (
    enter_facility,
    inspect_facility,
    remove_facility,
)
from communities.actions.firms import (
    change_firm,
    enter_pool,
    leave_pool,
    register_firm,
)
from communities.actions.grids import close_grid, found_grid, rename_grid, set_buildings
from communities.actions.honours import (
    enter_honours,
    honour,
    take_honour_back,
)
from communities.actions.interests import end_interest, record_interest
from communities.actions.invitations import (
    accept_as_newcomer,
    accept_signed_in,
    check_newcomer,
    holds_number,
    invite,
    open_invitation,
    revoke_invitation,
    send_link,
    texts_leave,
)
from communities.actions.messages import answer_message, check_answers, reach_butler
from communities.actions.office_ends import tell_of_ends
from communities.actions.office_withdrawn import withdraw_appointment
from communities.actions.offices import (
    FIRM_SEATS,
    GRID_SEATS,
    appoint,
    dismiss,
    hand_over,
)
from communities.actions.places import (
    close_place,
    found_place,
    move_place,
    recode_place,
    rename_place,
    reopen_place,
)
from communities.actions.plans import (
    PlannedTask,
    add_task,
    change_plan,
    change_task,
    complete_plan,
    draw_up_plan,
    record_progress,
    remove_task,
)
from communities.actions.register import found_body
from communities.actions.services import (
    end_offer,
    lapse_need,
    meet_need,
    offer_service,
    raise_need,
)
from communities.actions.standards import (
    SaidClause,
    correct_standard,
    end_standard,
    issue_standard,
    issue_version,
)
from communities.actions.watching import (
    answer_observation,
    file_observation,
    record_visit,
)
from communities.permissions.offices import BODY_OF_OFFICE

__all__ = [
    "SaidClause",
    "answer_deviation",
    "correct_standard",
    "end_standard",
    "issue_standard",
    "issue_version",
    "put_deviation_right",
    "record_deviation",
    "take_deviation_back",
    "PlannedTask",
    "add_task",
    "change_plan",
    "change_task",
    "complete_plan",
    "draw_up_plan",
    "record_progress",
    "remove_task",
    "tell_of_ends",
    "revoke_invitation",
    "check_newcomer",
    "send_link",
    "texts_leave",
    "record_interest",
    "open_invitation",
    "holds_number",
    "invite",
    "hand_over",
    "end_interest",
    "accept_signed_in",
    "accept_as_newcomer",
    "change_contract",
    "renew_contract",
    "tell_endings",
    "change_mode",
    "keep_building",
    "keep_dwelling",
    "keep_ledger",
    "turn_modes",
    "write_plan",
    "enter_facility",
    "inspect_facility",
    "remove_facility",
    "change_firm",
    "enter_pool",
    "leave_pool",
    "register_firm",
    "enter_honours",
    "honour",
    "answer_message",
    "check_answers",
    "reopen_place",
    "take_honour_back",
    "withdraw_appointment",
    "end_offer",
    "lapse_need",
    "meet_need",
    "offer_service",
    "raise_need",
    "answer_observation",
    "file_observation",
    "reach_butler",
    "record_visit",
    "BODY_OF_OFFICE",
    "FIRM_SEATS",
    "GRID_SEATS",
    "NoticeDay",
    "Repeated",
    "appoint",
    "check_notice",
    "close_grid",
    "close_place",
    "copy_week",
    "dismiss",
    "end_engagement",
    "engage_firm",
    "enter_notice",
    "found_body",
    "found_grid",
    "found_place",
    "mark_reckoned",
    "move_place",
    "recode_place",
    "remove_shift",
    "rename_grid",
    "rename_place",
    "set_buildings",
    "set_shift",
    "stand_in",
]
