"""Workbooks handed out to whoever keeps the register: each is on record."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import now
from communities.models import Import, Place
from communities.permissions import check_keeps_register, kept_codes
from communities.queries.imports import has_rows
from communities.sheets import SHEETS
from communities.sheets.books import TYPE, annotated_of, export_of, filename, template_of
from communities.sheets.lines import Sheet


@dataclass(frozen=True)
class Workbook:
    """A file and what it is called."""

    name: str
    data: bytes

    def answer(self) -> HttpResponse:
        response = HttpResponse(self.data, content_type=TYPE)
        response["Content-Disposition"] = f'attachment; filename="{self.name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def check_keeps_anything(user: User) -> None:
    """Raises NotAllowed for whoever keeps no register at all."""
    if not kept_codes(user):
        raise NotAllowed(_("Lists are sent in by those who keep the register of a place."))


def sheet_named(kind: str) -> Sheet:
    if kind not in SHEETS:
        raise Http404
    return SHEETS[kind]


def template(kind: str, *, by: User) -> Workbook:
    """An empty list to fill in."""
    sheet = sheet_named(kind)
    check_keeps_anything(by)
    return Workbook(filename(sheet, "template"), template_of(sheet))


def export(kind: str, code: str, *, by: User) -> Workbook:
    """A list as it stands. Refused in this order: no such list or place 404, not yours 403."""
    sheet = sheet_named(kind)
    check_keeps_anything(by)
    if not code:
        raise Invalid(fields={"place": [_("Say of which place.")]})
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise Http404
    check_keeps_register(by, place)
    data, count = export_of(sheet, place, by=by, at=now())
    audit.record(
        by=by, verb="export_list", target_kind="place", target=place.code, kind=kind, rows=count
    )
    return Workbook(filename(sheet, place.code), data)


def checked(found: Import, *, by: User) -> Workbook:
    """The rows of a list sent in, each with its verdict. Http404 where there are none left."""
    if not has_rows(found):
        raise Http404
    audit.record(by=by, verb="export_import", target_kind="import", target=str(found.public_id))
    return Workbook(filename(SHEETS[found.kind], "checked"), annotated_of(found, by=by, at=now()))


def no_such_place() -> str:
    return _("There is no such place.")


def no_such_verdict() -> str:
    return _("There is no such verdict.")
