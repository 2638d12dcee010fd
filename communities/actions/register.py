"""Verbs about bodies."""

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from communities.models import Body, Place


def found_body(*, kind: str, code: str, name: str, place: Place, duty: str = "") -> Body:
    """Enter a body. Raises Invalid where the code is taken."""
    if Body.objects.filter(code=code).exists():
        raise Invalid(fields={"code": [_("This code is taken.")]})
    return Body.objects.create(kind=kind, code=code, name=name, place=place, duty=duty)
