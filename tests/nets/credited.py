"""A credit scheme settled, with a draft of the next version; a record that counts, one waiting."""

from datetime import timedelta
from typing import Any

from common.now import now, today
from ratings.models import CreditRecord, CreditScheme, CreditVersion
from ratings.terms.credit_presets import credit_presets
from tests.factories import County


def credited(county: County) -> dict[str, str]:
    """The key of the record that waits; rows as they stand, made by no verb."""
    at = now()
    scheme = CreditScheme.objects.create(place=county.district, preset="shandong")
    terms = credit_presets()["shandong"].document
    made = {"terms": terms, "made_at": at}
    version = scheme.versions.create(number=1, settled_at=at, **made)
    scheme.versions.create(number=2, **made)
    counted = _record(county, version, "责改〔2026〕6号")
    counted.steps.create(verb="confirm", at=at, by=county.people["district"])
    return {"credit_record": str(_record(county, version, "责改〔2026〕7号").public_id)}


def _record(county: County, version: CreditVersion, document: str) -> Any:
    at, by = now(), county.people["district"]
    row = CreditRecord.objects.create(
        place=county.district,
        body=county.firm,
        version=version,
        item="B1",
        kind="bad",
        name_zh="逾期不整改主管部门责令改正事项",
        points=5,
        grounds="逾期未整改",
        document=document,
        from_on=today(),
        until_on=today() + timedelta(days=365),
        recorded_by=by,
        recorded_at=at,
        due_at=at + timedelta(days=7),
    )
    row.steps.create(verb="record", at=at, by=by)
    return row
