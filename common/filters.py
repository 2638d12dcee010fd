"""How the API's lists are narrowed: by a django-filter set, and by nothing it does not know."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ModelChoiceFilter  # type: ignore[import-untyped]
from django_filters.rest_framework import (  # type: ignore[import-untyped]
    DjangoFilterBackend,
)
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.plumbing import build_basic_type, build_parameter_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.views import APIView

from common.errors import Invalid

PAGING = frozenset({"cursor", "page_size", "ordering"})


class Filters(DjangoFilterBackend):  # type: ignore[misc]
    """An unknown parameter is refused: a misspelt one would silently answer with everything."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        filters = self.get_filterset_class(view, queryset)
        known = PAGING | set(filters.base_filters if filters is not None else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise Invalid(fields={name: [_("There is no such filter here.")] for name in unknown})
        return super().filter_queryset(request, queryset, view)


class FiltersScheme(DjangoFilterExtension):  # type: ignore[no-untyped-call]
    """How the API's description speaks of filters by code and of flags."""

    target_class = "common.filters.Filters"
    priority = 1

    def resolve_filter_field(
        self, auto_schema: Any, model: Any, filterset_class: Any, field_name: str, filter_field: Any
    ) -> list[Any]:
        if isinstance(filter_field, ModelChoiceFilter):
            plain = OpenApiTypes.STR
        elif issubclass(filter_field.field_class, forms.NullBooleanField):
            plain = OpenApiTypes.BOOL
        else:
            return list(
                super().resolve_filter_field(  # type: ignore[no-untyped-call]
                    auto_schema, model, filterset_class, field_name, filter_field
                )
            )
        parameter = build_parameter_type(
            name=field_name,
            location=OpenApiParameter.QUERY,
            schema=build_basic_type(plain) or {},
            description=str(filter_field.label or ""),
        )
        return [parameter]
