"""The verbs of estates and firms at the API's door, from the same table as their pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid
from common.serializers import ONCE, Input, answers
from communities.forms._deeds import DeedForm
from communities.forms.keeping import NOUNS, deed_of

VERBS = [(noun, verb) for noun, known in NOUNS.items() for verb in known.deeds]
CODED = {"place", "firm", "committee", "party", "group"}


class DoneOut(serializers.Serializer[Any]):
    """What the verb made or changed, by its public id or its code where it has one."""

    id = serializers.UUIDField(source="public_id", default=None, allow_null=True)
    code = serializers.CharField(default=None, allow_null=True)


def door(noun: str, verb: str) -> Callable[..., Any]:
    """The view of one verb."""
    deed = NOUNS[noun].deeds[verb]
    takes = taken_by(noun, verb, deed.form)
    key = "The code." if noun in CODED else "The public id."

    @extend_schema(
        operation_id=f"{noun}_{verb}",
        summary=str(deed.title),
        description="A field that is left out stays as it is known; null or nothing empties it.",
        tags=["register"],
        parameters=[ONCE, OpenApiParameter("key", str, OpenApiParameter.PATH, description=key)],
        request=takes,
        responses=answers({201: DoneOut}, refused=(400, 401, 403, 404, 409, 429)),
    )
    @api_view(["POST"])
    def view(request: Request, key: str) -> Response:
        if not isinstance(request.user, User):
            raise NotAuthenticated
        _known, found, target = deed_of(request.user, noun, key, verb)
        given = takes(data=request.data)
        given.is_valid(raise_exception=True)
        form = filled(found.form, given.validated_data, target=target, by=request.user)
        made = found.do(target, by=request.user, **form.given)
        return Response(DoneOut(made or target).data, status=status.HTTP_201_CREATED)

    return view


def filled(form: type[DeedForm], said: dict[str, Any], *, target: Any, by: User) -> DeedForm:
    """The page's form with what the request said. Raises Invalid as the page would."""
    known = form(target=target, by=by).initial
    data = {name: value for name, value in {**known, **said}.items() if value is not None}
    bound = form(data, target=target, by=by)
    if not bound.is_valid():
        said_why = {name: [str(why) for why in found] for name, found in bound.errors.items()}
        raise Invalid(fields=said_why)
    return bound


def taken_by(noun: str, verb: str, form: type[DeedForm]) -> type[Input]:
    """What a form asks for, as the API takes and describes it."""
    # Where something is known beforehand, nothing has to be said again.
    fresh = form.known is DeedForm.known
    fields = {
        name: _described(asked, required=asked.required and fresh)
        for name, asked in form.base_fields.items()
    }
    name = f"{noun.title()}{verb.title()}In"
    return type(name, (Input,), {**fields, "__doc__": str(NOUNS[noun].deeds[verb].title)})


def _described(asked: Any, *, required: bool) -> Any:
    how: dict[str, Any] = {"required": required, "label": str(asked.label)}
    if isinstance(asked, forms.BooleanField):
        return serializers.BooleanField(**how)
    how["allow_null"] = not asked.required
    if isinstance(asked, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=serializers.CharField(max_length=40), **how)
    if isinstance(asked, forms.ModelChoiceField):
        return serializers.CharField(max_length=40, **how)
    if isinstance(asked, forms.ChoiceField):
        return _chosen(asked, how)
    if isinstance(asked, forms.DateField):
        return serializers.DateField(**how)
    if isinstance(asked, forms.DecimalField):
        whole, places = asked.max_digits or 12, asked.decimal_places or 0
        return serializers.DecimalField(max_digits=whole, decimal_places=places, **how)
    if isinstance(asked, forms.IntegerField):
        how |= {"min_value": asked.min_value, "max_value": asked.max_value}
        return serializers.IntegerField(**how)
    most = getattr(asked, "max_length", None)
    return serializers.CharField(max_length=most, allow_blank=not asked.required, **how)


def _chosen(asked: forms.ChoiceField, how: dict[str, Any]) -> Any:
    """One of a list; where the list depends on the target, a code or public id."""
    listed: Any = asked.choices
    choices = [pair for pair in listed if pair[0] != ""]
    if not choices:
        return serializers.CharField(max_length=40, allow_blank=not asked.required, **how)
    return serializers.ChoiceField(choices=choices, allow_blank=not asked.required, **how)
