"""Pages of long lists by where the last row stood, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from common.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView

PAGE_SIZE = 20
LARGEST_PAGE = 100
LONGEST_CURSOR = 400


@dataclass(frozen=True)
class Sorting:
    """By one column, then by one that is unique and public: a cursor never shows a primary key.

    Rows without a value come last, whichever way the column is sorted.
    """

    column: str
    tie: str
    descending: bool = False
    nullable: bool = False
    moments: bool = False

    def order_by(self, *, backward: bool = False) -> list[Any]:
        down = self.descending != backward
        first = F(self.column)
        nulls: dict[str, bool] = {}
        if self.nullable:
            nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        columns = [first.desc(**nulls) if down else first.asc(**nulls)]
        if self.tie != self.column:
            columns.append(F(self.tie).desc() if backward else F(self.tie).asc())
        return columns

    def beyond(self, mark: Mark) -> Q:
        """The rows after a mark, or before it where it looks backward."""
        tie = Q(**{f"{self.tie}__{'lt' if mark.backward else 'gt'}": mark.tie})
        missing = Q(**{f"{self.column}__isnull": True})
        if mark.value is None:
            within = missing & tie
            return (within | ~missing) if mark.backward else within
        further = "lt" if self.descending != mark.backward else "gt"
        found = Q(**{f"{self.column}__{further}": mark.value})
        if self.tie != self.column:
            found |= Q(**{self.column: mark.value}) & tie
            # Said again in a form that an index can use.
            found &= Q(**{f"{self.column}__{further}e": mark.value})
        if self.nullable and not mark.backward:
            found |= missing
        return found

    def mark(self, row: Model, *, backward: bool) -> Mark:
        return Mark(getattr(row, self.column), getattr(row, self.tie), backward)


@dataclass(frozen=True)
class Mark:
    """Where a page ends: the row's value and tie-breaker, and which way to read on from it."""

    value: datetime | str | None
    tie: str
    backward: bool

    def written(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        plain = json.dumps([value, self.tie, int(self.backward)], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, sorting: Sorting) -> Mark:
        """The mark of a cursor; raises Invalid for one that we never wrote for this order."""
        try:
            if len(text) > LONGEST_CURSOR:
                raise ValueError
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value, tie, backward = json.loads(plain)
            if not isinstance(tie, str) or "\0" in tie or backward not in (0, 1):
                raise ValueError
            return cls(_value(value, sorting), tie, bool(backward))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            sentence = _("This page no longer exists. Please begin again at the first.")
            raise Invalid(fields={"cursor": [sentence]}) from None


def _value(value: Any, sorting: Sorting) -> datetime | str | None:
    if value is None and sorting.nullable:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    if not sorting.moments:
        return value
    moment = parse_datetime(value)
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year < 3000:
        raise ValueError
    return moment


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors of the pages beside them (empty where there is none)."""

    rows: list[Any]
    previous: str
    next: str


def page_of(
    rows: QuerySet[Any], sorting: Sorting, *, cursor: str = "", size: int = PAGE_SIZE
) -> Page:
    """One page of these rows: one query, however far in."""
    mark = Mark.read(cursor, sorting) if cursor else None
    backward = mark is not None and mark.backward
    if mark is not None:
        rows = rows.filter(sorting.beyond(mark))
    found = list(rows.order_by(*sorting.order_by(backward=backward))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_previous = more if backward else mark is not None
    has_next = backward or more
    return Page(
        rows=found,
        previous=sorting.mark(found[0], backward=True).written() if found and has_previous else "",
        next=sorting.mark(found[-1], backward=False).written() if found and has_next else "",
    )


class KeysetPagination(BasePagination):
    """The API's lists: `{next, previous, results}`. A subclass names the ways of sorting.

    `page_size` may be asked for, up to 100; more is answered with 100.
    """

    sortings: Mapping[str, Sorting] = {}
    default = ""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        asked = request.query_params
        self.page = page_of(
            queryset,
            self._sorting(asked.get("ordering") or self.default),
            cursor=asked.get("cursor", ""),
            size=_size(asked.get("page_size", "")),
        )
        return self.page.rows

    def _sorting(self, name: str) -> Sorting:
        if name not in self.sortings:
            sentence = _("Sort by one of: %(names)s.") % {"names": ", ".join(self.sortings)}
            raise Invalid(fields={"ordering": [sentence]})
        return self.sortings[name]

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(self.page.next),
                "previous": self._link(self.page.previous),
                "results": data,
            }
        )

    def _link(self, cursor: str) -> str | None:
        here = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(here, "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        found = [
            _parameter("cursor", {"type": "string"}, "Taken from `next` or `previous`."),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
                "How many rows a page has.",
            ),
        ]
        if len(self.sortings) > 1:
            names = {"type": "string", "enum": list(self.sortings), "default": self.default}
            found.append(_parameter("ordering", names, "`-` in front: the latest first."))
        return found


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }


def _size(asked: str) -> int:
    if not asked:
        return PAGE_SIZE
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9 or int(asked) < 1:
        raise Invalid(fields={"page_size": [_("Give a number from 1 to 100.")]})
    return min(int(asked), LARGEST_PAGE)
