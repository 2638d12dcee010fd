from communities.permissions.estates import (
    check_decides_pool,
    check_inspects,
    check_keeps_firm,
    check_observes,
    check_posts_signs,
    check_speaks_for,
    check_visits,
    decides_pool,
    inspects,
    keeps_firm,
    observes,
    posts_signs,
    speaks_for,
)
from communities.permissions.everybody import (
    check_keeps_roster,
    check_may_enter_notices,
    check_may_stand_in,
    keeps_roster,
    may_enter_notices,
)
from communities.permissions.places import check_keeps_place, check_opens_beneath, keeps_place
from communities.permissions.plans import check_reports_progress, reports_progress
from communities.permissions.register import check_keeps_register, keeps_register, kept_codes

__all__ = [
    "check_reports_progress",
    "reports_progress",
    "check_decides_pool",
    "check_inspects",
    "check_keeps_firm",
    "check_observes",
    "check_posts_signs",
    "check_speaks_for",
    "check_visits",
    "decides_pool",
    "inspects",
    "keeps_firm",
    "observes",
    "posts_signs",
    "speaks_for",
    "check_keeps_place",
    "check_keeps_register",
    "check_keeps_roster",
    "check_may_enter_notices",
    "check_may_stand_in",
    "check_opens_beneath",
    "keeps_place",
    "keeps_register",
    "keeps_roster",
    "kept_codes",
    "may_enter_notices",
]
