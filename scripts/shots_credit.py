"""The pages of the credit ledger: who sees them, and of which record."""

from collections.abc import Iterator

from ratings.models import CreditRecord, CreditScheme
from scripts.shots_cast import Cast, Shot
from scripts.shots_register import Pages, all_of, seen_by


def of_place(*roles: str, what: str = "", **words: str) -> Pages:
    """The district that has a credit scheme."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = CreditScheme.objects.select_related("place").order_by("pk").first()
        if found is not None:
            for role in roles:
                yield from cast.shot(route, role, what, None, None, place=found.place.code, **words)

    return pages


def of_firm(cast: Cast, route: str) -> Iterator[Shot]:
    """The firm of the first bad record."""
    found = CreditRecord.objects.filter(kind="bad").select_related("body").order_by("pk").first()
    if found is not None:
        yield from cast.shot(route, "nobody", "", None, None, code=found.body.code)


def of_record(*roles: str, verb: str) -> Pages:
    """The newest record of which this is the last that happened."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        rows = CreditRecord.objects.with_life().filter(last_verb=verb)
        found = rows.order_by("-pk").first()
        if found is not None:
            for role in roles:
                yield from cast.shot(route, role, verb, None, None, public_id=str(found.public_id))

    return pages


CREDIT: dict[str, Pages] = {
    "ratings:credit": of_firm,
    "ratings:credit_table": of_place("nobody"),
    "ratings:credit_how": of_place("nobody"),
    "ratings:credit_records": seen_by("district", "manager"),
    "ratings:credit_new": seen_by("district"),
    "ratings:credit_record": all_of(
        of_record("district", verb="record"),
        of_record("district", verb="hearing_over"),
        of_record("district", verb="repair"),
    ),
    "ratings:credit_scheme": of_place("district"),
    "ratings:credit_section": all_of(
        *(of_place("district", what=name, name=name) for name in ("values", "levels", "items"))
    ),
}
