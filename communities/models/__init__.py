from communities.models.appointments import (
    COMMUNITY_OFFICES,
    DESK_OFFICES,
    FIRM_OFFICES,
    GRID_OFFICES,
    OVERSEER_OFFICES,
    WATCHER_OFFICES,
    Appointment,
    Office,
)
from communities.models.bodies import Body, BodyKind, Contract, Firm, in_force
from communities.models.calendar import (
    FESTIVALS,
    CalendarDay,
    CalendarNotice,
    festival_in_chinese,
    festival_in_english,
    festival_words,
)
from communities.models.duty import DutyShift
from communities.models.grids import Grid, GridKind
from communities.models.places import (
    CODE_LENGTH,
    Estate,
    EstateKind,
    Place,
    PlaceCode,
    PlaceKind,
    ServiceMode,
)

__all__ = [
    "CODE_LENGTH",
    "COMMUNITY_OFFICES",
    "DESK_OFFICES",
    "FESTIVALS",
    "FIRM_OFFICES",
    "GRID_OFFICES",
    "OVERSEER_OFFICES",
    "WATCHER_OFFICES",
    "Appointment",
    "Body",
    "BodyKind",
    "CalendarDay",
    "CalendarNotice",
    "Contract",
    "DutyShift",
    "Estate",
    "EstateKind",
    "Firm",
    "Grid",
    "GridKind",
    "Office",
    "Place",
    "PlaceCode",
    "PlaceKind",
    "ServiceMode",
    "festival_in_chinese",
    "festival_in_english",
    "festival_words",
    "in_force",
]
