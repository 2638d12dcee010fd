"""Fields that programs fill with codes, references and photos."""

import re
import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.forms import plain_number
from common.now import today
from communities.models import Appointment, Office
from complaints import queries
from complaints.models import Complaint

MOST_PHOTOS = 6  # as on the pages
TELEPHONE = re.compile(r"1[3-9]\d{9}|0?\d{7,11}")


class CodeField(serializers.SlugRelatedField[Any]):
    """Something named by its public code; an unknown one is refused here."""

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        unknown = _("There is nothing of this code here.")
        said: dict[str, Any] = {"does_not_exist": unknown, "invalid": unknown}
        super().__init__(slug_field="code", queryset=queryset, error_messages=said, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PhoneField(serializers.CharField):
    """A mobile or landline number, written in any of the usual ways; kept as digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        typed = super().to_internal_value(data)
        number = plain_number(typed)
        if typed and not TELEPHONE.fullmatch(number):
            raise serializers.ValidationError(
                _("This is not a complete telephone number. Check it, or leave it empty.")
            )
        return number


@extend_schema_field(
    {"oneOf": [{"type": "string", "format": "uuid"}, {"type": "string", "format": "binary"}]}
)
class PhotoField(serializers.Field[Any, Any, Any, Any]):
    """A photo sent along, or the id of one sent before."""

    def to_internal_value(self, data: Any) -> "UploadedFile[Any] | str":
        if isinstance(data, UploadedFile):
            return data
        try:
            return str(uuid.UUID(str(data)))
        except ValueError:
            raise serializers.ValidationError(
                _("Send a photo, or the id of one sent before.")
            ) from None

    def to_representation(self, value: Any) -> Any:
        return value


class PhotosField(serializers.ListField):
    """Photos of a report or a verb; multipart: files or ids, JSON: ids."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=PhotoField(),
            required=False,
            max_length=MOST_PHOTOS,
            help_text=f"At most {MOST_PHOTOS}: ids from photos/, or (multipart) files.",
            error_messages={
                "max_length": _("Please choose at most %(most)s photos.") % {"most": MOST_PHOTOS}
            },
            **kwargs,
        )


@extend_schema_field(OpenApiTypes.STR)
class OrderField(serializers.Field[Any, Any, Any, Any]):
    """Another order, by its reference, as far as whoever asks may see it."""

    def to_internal_value(self, data: Any) -> Complaint:
        try:
            return queries.seen(self.context["actor"], str(data))
        except Http404:
            raise serializers.ValidationError(
                _("There is no such order, or it is not for you to see.")
            ) from None

    def to_representation(self, value: Complaint) -> str:
        return value.reference


class RepairerField(serializers.UUIDField):
    """One of the handling body's repairers, by public id."""

    def to_internal_value(self, data: Any) -> Any:
        public_id = super().to_internal_value(data)
        order: Complaint = self.context["order"]
        office = (
            Appointment.objects.in_force(today())
            .filter(user__public_id=public_id, office=Office.REPAIRER, body=order.handler_id)
            .select_related("user")
            .first()
        )
        if office is None:
            raise serializers.ValidationError(_("Choose one of your own repairers."))
        return office.user
