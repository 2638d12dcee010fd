"""The pages of ratings: who sees them, and of which scheme."""

from collections.abc import Iterator

from ratings.models import Assessment, Listing, Rectification, Scheme
from scripts.shots_cast import Cast, Shot
from scripts.shots_register import Pages, all_of, seen_by


def of_scheme(*roles: str, what: str = "", drafted: bool = False, **words: str) -> Pages:
    """The first scheme; or the first that has a draft."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        rows = Scheme.objects.filter(versions__settled_at=None) if drafted else Scheme.objects.all()
        found = rows.order_by("pk").first()
        if found is not None:
            for role in roles:
                key = str(found.public_id)
                yield from cast.shot(route, role, what, None, None, public_id=key, **words)

    return pages


def where_it_holds(cast: Cast, route: str) -> Iterator[Shot]:
    """How scores are made, where a scheme is in force."""
    found = Scheme.objects.select_related("place").order_by("pk").first()
    if found is not None:
        yield from cast.shot(route, "nobody", "", None, None, place=found.place.code)


def of_sheet(*roles: str, state: str, what: str = "", **words: str) -> Pages:
    """The first sheet that stands so."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = Assessment.objects.filter(state=state).order_by("pk").first()
        if found is not None:
            for role in roles:
                key = str(found.public_id)
                yield from cast.shot(route, role, what, None, None, public_id=key, **words)

    return pages


def of_rectification(*roles: str) -> Pages:
    """The first deduction that is still to be put right."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = Rectification.objects.filter(state="open").order_by("pk").first()
        if found is not None:
            for role in roles:
                yield from cast.shot(route, role, "", None, None, public_id=str(found.public_id))

    return pages


def of_listing(*roles: str, **asked: str) -> Pages:
    """The first listing that stands so."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = Listing.objects.filter(**asked).order_by("pk").first()
        if found is not None:
            for role in roles:
                yield from cast.shot(route, role, "", None, None, public_id=str(found.public_id))

    return pages


def of_lists(cast: Cast, route: str) -> Iterator[Shot]:
    """Both lists of the place that has one."""
    found = Listing.objects.order_by("pk").first()
    if found is not None:
        for kind in ("red", "black"):
            yield from cast.shot(
                route, "nobody", kind, None, None, place=found.place.code, kind=kind
            )


RATINGS: dict[str, Pages] = {
    "ratings:listings": seen_by("district", "manager"),
    "ratings:listing_propose": seen_by("district"),
    "ratings:listing": all_of(
        of_listing("district", "manager", state="stating"), of_listing("district", state="noticed")
    ),
    "ratings:listing_notice": of_listing("district", steps__verb="serve"),
    "ratings:listing_interview": of_listing("district", steps__verb="interview"),
    "ratings:vetoes": of_scheme("district"),
    "ratings:published_list": of_lists,
    "ratings:public_listing": all_of(
        of_listing("nobody", state="noticed"), of_listing("nobody", state="published")
    ),
    "ratings:schemes": seen_by("nobody", "district"),
    "ratings:scheme_begin": seen_by("district"),
    "ratings:scheme": of_scheme("nobody", "district"),
    "ratings:scheme_version": of_scheme("nobody", number="1"),
    "ratings:period_open": of_scheme("district"),
    "ratings:how": where_it_holds,
    "ratings:draft": of_scheme("district", "auditor", drafted=True),
    "ratings:draft_effect": of_scheme("district", drafted=True),
    "ratings:draft_discard": of_scheme("district", drafted=True),
    "ratings:draft_section": all_of(
        *(
            of_scheme("district", what=name, drafted=True, name=name)
            for name in ("timetable", "parts", "bands", "vetoes", "lists", "steps")
        )
    ),
    "ratings:draft_sheet": of_scheme("district", drafted=True, key="inspection"),
    "ratings:draft_part": of_scheme("district", drafted=True, key="poll"),
    "ratings:draft_dimension": of_scheme("district", drafted=True, key="inspection", code="D1"),
    "ratings:assess": seen_by("subdistrict", "clerk"),
    "ratings:settled": seen_by("manager"),
    "ratings:rectifications": seen_by("subdistrict", "manager"),
    "ratings:assessment": all_of(
        of_sheet("subdistrict", what="filling in", state="draft"),
        of_sheet("subdistrict", "manager", what="settled", state="settled"),
    ),
    "ratings:hand_in": of_sheet("subdistrict", state="draft"),
    "ratings:deed": all_of(
        of_sheet("subdistrict", what="correct", state="settled", verb="correct"),
        of_sheet("subdistrict", what="rectify", state="settled", verb="rectify"),
    ),
    "ratings:rectification": of_rectification("subdistrict", "manager"),
}
