"""An issued bulletin of the district with one table, its row as it stands, made by no verb."""

from datetime import date

from common.now import now
from ratings.bulletins.composing import composed
from ratings.bulletins.facts import Facts, Tally, Unit, Units
from ratings.models import Bulletin, BulletinState, BulletinVersion
from tests.factories import County


def bulletined(county: County) -> dict[str, str]:
    """Its key. It names nobody."""
    at, tally = now(), Tally(3, 1, 1, 1, 1, 1, 1)
    bulletin = Bulletin.objects.create(
        place=county.district,
        name="2025年第4季度",
        from_on=date(2025, 10, 1),
        until_on=date(2026, 1, 1),
        document_number="红枫住建通〔2026〕1号",
        issued_at=at,
    )
    facts = Facts(
        place=county.district,
        kind="district",
        period=bulletin.name,
        from_on=bulletin.from_on,
        until_on=bulletin.until_on,
        taken_at=at,
        whole=tally,
        units=(Units("subdistrict", (Unit(county.subdistrict.name, "", tally),)),),
        firms=((county.firm.name, tally),),
        others=Tally(),
        overdue=(),
        rankings=(),
        put_right=(),
    )
    BulletinVersion.objects.create(
        bulletin=bulletin,
        state=BulletinState.ISSUED,
        office=county.district_office.name,
        document=composed(facts),
        asked_by=county.people["district"],
        asked_at=at,
        taken_at=at,
        issued_by=county.people["district"],
        issued_at=at,
    )
    return {"bulletin": str(bulletin.public_id)}
