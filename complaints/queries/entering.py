"""Where staff may write down reports for others: the same rule as the verb's."""

from django.db.models import Q

from accounts.models import User
from communities.models import Place
from communities.scope import standing_of


def estates_to_enter(user: User) -> list[Place]:
    """The estates of one's desk and grids, less those that one's firm serves."""
    standing = standing_of(user)
    mine = Q(pk__in=standing.grid_estate_ids)
    for code in standing.community_codes + standing.overseer_codes:
        mine |= Q(code__startswith=code)
    rows = (
        Place.objects.estates()
        .open_on(standing.on)
        .filter(mine)
        .exclude(pk__in=standing.served_estate_ids)
    )
    return list(rows.select_related("parent__parent").order_by("code"))
