"""A listing in public notice with its steps, a photo and an objection, and a veto on record."""

from datetime import date, timedelta

from django.core.files.base import ContentFile

from common.now import now
from ratings.models import Listing, ListingFile, ListingStep, Objection, Scheme, Veto
from tests.factories import County


def listed(county: County, scheme: Scheme) -> dict[str, str]:
    """The keys of the listing, the objection and the veto; rows as they stand, made by no verb."""
    at, by = now(), county.people["district"]
    listing = Listing.objects.create(
        place=county.district,
        kind="black",
        body=county.firm,
        version=scheme.versions.get(number=1),
        ground="by_hand",
        grounds="得分58分",
        state="noticed",
        proposed_at=at,
        proposed_by=by,
        noticed_at=at,
        due_at=at + timedelta(days=7),
    )
    for verb, facts in (
        ("propose", {"ground": "by_hand"}),
        ("interview", {"met_on": "2026-01-05", "rectify": "十日内清理楼道"}),
        ("serve", {"number": "告〔2026〕1号"}),
    ):
        ListingStep.objects.create(
            listing=listing, verb=verb, to_state="served", at=at, by=by, text="拟列入", facts=facts
        )
    photo = ListingFile(step=listing.steps.latest("pk"), owner=by, uploaded_at=at)
    photo.file.name, photo.thumbnail.name = (
        photo.file.storage.save(f"listings/{size}.jpg", ContentFile(b"jpeg"))
        for size in ("full", "thumb")
    )
    photo.save()
    objection = Objection.objects.create(
        listing=listing, at=at, text="事实有误", name="王某", phone="13800000000"
    )
    veto = Veto.objects.create(
        place=county.district,
        body=county.rival,
        code="V1",
        name="挪用资金",
        document="红行罚〔2026〕7号",
        from_on=date(2026, 1, 1),
        entered_by=by,
        entered_at=at,
    )
    return {
        "listing": str(listing.public_id),
        "objection": str(objection.public_id),
        "veto": str(veto.public_id),
        "listing_file": str(photo.public_id),
    }
