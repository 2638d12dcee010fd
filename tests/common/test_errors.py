"""What a refusal carries."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany, WrongState


def test_each_refusal_has_its_own_status_and_code() -> None:
    told = {(kind.http_status, kind().code) for kind in (Invalid, NotAllowed, TooMany)}
    assert told == {(400, "invalid"), (403, "not_allowed"), (429, "too_many")}
    assert {kind.http_status for kind in (WrongState, Conflict)} == {409}
    assert WrongState().code != Conflict().code


def test_a_refusal_may_say_its_own_sentence_and_code() -> None:
    error = NotAllowed("Only the desk may do this.", code="desk_only")
    assert (str(error), error.code, error.http_status) == (
        "Only the desk may do this.",
        "desk_only",
        403,
    )
    assert NotAllowed().code == "not_allowed"


def test_field_sentences_are_plain_text_in_the_language_of_the_moment() -> None:
    error = Invalid(fields={"estate": [_("Yes")], "text": ["Too long", "Too loud"]})
    with translation.override("zh-hans"):
        assert error.fields == {"estate": ["是"], "text": ["Too long", "Too loud"]}
    with translation.override("en"):
        assert error.fields["estate"] == ["Yes"]


def test_refusals_do_not_share_their_fields() -> None:
    first, second = DomainError(), DomainError()
    first.fields["name"] = ["changed"]
    assert second.fields == {}
