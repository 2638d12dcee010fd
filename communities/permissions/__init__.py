from communities.permissions.everybody import (
    check_keeps_roster,
    check_may_enter_notices,
    check_may_stand_in,
    keeps_roster,
    may_enter_notices,
)
from communities.permissions.register import check_keeps_register, keeps_register, kept_codes

__all__ = [
    "check_keeps_register",
    "check_keeps_roster",
    "check_may_enter_notices",
    "check_may_stand_in",
    "keeps_register",
    "keeps_roster",
    "kept_codes",
    "may_enter_notices",
]
