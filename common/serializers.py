"""What the API's inputs and descriptions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.fields import empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise
    from rest_framework.request import Request

LONGEST_NOTE = 5000  # characters, as long as a report itself may be


class Input(serializers.Serializer[Any]):
    """What a request may say. A field it does not know is refused: a misspelt one would be lost."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if hasattr(data, "keys") else []
        refused = {name: [_("There is no such field here.")] for name in unknown}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**refused, **error.detail}) from None
            raise
        if refused:
            raise serializers.ValidationError(refused)
        return value


def given(takes: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What a request says, by the serializer that takes it; refused where it does not fit."""
    said = takes(data=request.data)
    said.is_valid(raise_exception=True)
    return dict(said.validated_data)


class YesNo(serializers.BooleanField):
    """Yes or no, and never "no" only because a form was sent without it."""

    default_empty_html = empty


class Named(serializers.Serializer[Any]):
    """A code and the name that goes with it."""

    code = serializers.CharField()
    name = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    """Why a request was refused."""

    code = serializers.CharField(help_text="For programs, for example `wrong_state`.")
    message = serializers.CharField(help_text="For people, in the language asked for.")

    # Named `fields` in the answer; as a class attribute the name belongs to the framework.
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found = super().get_fields()
        found["fields"] = serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()),
            help_text="Sentences by field.",
        )
        return found


REASONS = {
    400: "Something in the request is not right; `fields` says what.",
    401: "Nobody is signed in, or the token is wrong, expired or revoked.",
    403: "You may see this, but not do this.",
    404: "There is nothing here, or it is not for you to see.",
    409: "Not now: it stands elsewhere, or somebody was first, or the key was used before.",
    413: "Too much was sent at once.",
    429: "Too many in a short time.",
}


# Who may, for descriptions: `auth` takes the requirements as OpenAPI writes them.
PUBLIC: Any = [{}]
ANYBODY: Any = [{"token": []}, {"cookieAuth": []}, {}]


def answers(
    found: Mapping[int, Any] | None = None, *, refused: tuple[int, ...] = ()
) -> dict[int, Any]:
    """The answers of an operation for its description: the good ones, then the refusals."""
    return {
        **(found or {}),
        **{code: OpenApiResponse(Refusal, description=REASONS[code]) for code in refused},
    }


ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "A random text of 16 characters or more. The same request with the same key within "
        "24 hours is answered with the first answer; another request with it is refused (409)."
    ),
)


def words(sentence: StrOrPromise, **kwargs: Any) -> serializers.CharField:
    """A text that must be given, with the sentence that says so."""
    said = {"required": sentence, "blank": sentence, "null": sentence}
    return serializers.CharField(max_length=LONGEST_NOTE, error_messages=said, **kwargs)


def optional_words(**kwargs: Any) -> serializers.CharField:
    """A text that may be left out."""
    kwargs.setdefault("max_length", LONGEST_NOTE)
    return serializers.CharField(required=False, allow_blank=True, **kwargs)
