"""From inputs to a total, with every step between."""

from decimal import Decimal
from fractions import Fraction as F
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ratings import cards, terms


def _document(**more: Any) -> dict[str, Any]:
    """Sheet 50 %, poll 30 %, complaints 20 %."""
    items = [
        {"code": "A1", "name_zh": "消防通道", "points": "5", "method": "onsite",
         "rule": "per_finding", "step": "1"},
        {"code": "A2", "name_zh": "设施完好", "points": "5", "method": "system",
         "rule": "ratio", "figure": "facilities"},
        {"code": "A3", "name_zh": "工单办理", "points": "4", "method": "system",
         "rule": "ratio", "figure": "orders"},
    ]  # fmt: skip
    dimension = {"code": "A", "name_zh": "安全管理", "items": items}
    parts = [
        {"key": "sheet", "name_zh": "督查", "weight": "0.5", "source": "sheet",
         "dimensions": [dimension]},
        {"key": "poll", "name_zh": "居民", "weight": "0.3", "source": "poll",
         "sample": 3, "valid": 3},
        {"key": "orders", "name_zh": "诉求", "weight": "0.2", "source": "complaints",
         "weights": {"on_time": "0.5", "reopened": "0.5"}, "minimum": 4},
    ]  # fmt: skip
    bands = [{"at_least": "85", "name": "自行整改"}, {"at_least": "60", "name": "限期整改"}]
    document = {"subject": "firms", "cycle": "quarter", "parts": parts, "bands": bands}
    return {**document, **more}


INPUTS: dict[str, Any] = {
    "parts": {
        "sheet": {
            "entries": [{"item": "A1", "value": "2", "from": ["x"]}],
            "figures": {"A2": [9, 10]},
        },
        "poll": {"scores": [70, 80, 80], "from": "y"},
        "orders": {"figures": {"on_time": [3, 4], "reopened": [1, 4]}},
    }
}


def _read(**more: Any) -> terms.Terms:
    return terms.read(_document(**more))


def test_a_card_counts_every_part_and_rounds_once() -> None:
    # Sheet: 3 of 5 and 4.5 of 5 = 75; poll 230/3; orders 75. 37.5 + 23 + 15 = 75.5.
    outcome = cards.worked(_read(), INPUTS)
    assert outcome.exact == F("75.5")
    assert outcome.total == Decimal("75.50")
    assert outcome.band == "限期整改"
    assert [part["value"] for part in outcome.working["parts"]] == ["75", "230/3", "75"]
    assert [part["counts"] for part in outcome.working["parts"]] == ["75/2", "23", "15"]


def test_items_made_of_orders_go_where_orders_are_a_part() -> None:
    lines = cards.worked(_read(), INPUTS).working["parts"][0]["lines"]
    assert [line["item"] for line in lines] == ["A1", "A2"]


def test_without_that_part_they_stay() -> None:
    parts = _document()["parts"][:2]
    parts[0]["weight"] = "0.7"
    sheet = cards.worked(_read(parts=parts), INPUTS).working["parts"][0]
    assert [line["item"] for line in sheet["lines"]] == ["A1", "A2", "A3"]
    assert sheet["lines"][2]["points"] is None


def test_a_card_without_enough_answers_is_blank_and_says_which_part() -> None:
    few = {"parts": {**INPUTS["parts"], "poll": {"scores": [70, 80], "from": "y"}}}
    outcome = cards.worked(_read(), few)
    assert (outcome.total, outcome.band, outcome.exact) == (None, "", None)
    assert [part.get("blank") for part in outcome.working["parts"]] == [None, "too_few", None]


def test_a_scheme_that_reweights_says_what_each_part_then_counted() -> None:
    few = {"parts": {**INPUTS["parts"], "poll": {}}}
    outcome = cards.worked(_read(reweight=True), few)
    assert outcome.exact == F(75)
    assert [part.get("counts") for part in outcome.working["parts"]] == [
        "375/7",
        None,
        "150/7",
    ]
    assert outcome.working["parts"][1]["blank"] == "nothing"


def test_an_unfinished_sheet_names_what_is_missing() -> None:
    unfinished = {"parts": {**INPUTS["parts"], "sheet": {"figures": {"A2": [9, 10]}}}}
    sheet = cards.worked(_read(), unfinished).working["parts"][0]
    assert sheet["blank"] == "incomplete"
    assert sheet["missing"] == ["A1"]


def test_a_firm_is_its_estates_by_households() -> None:
    inputs = {
        "cards": [
            {"card": "a", "estate": "1", "households": 300, "exact": "151/2"},
            {"card": "b", "estate": "2", "households": 100, "exact": "80"},
            {"card": "c", "estate": "3", "households": 900, "exact": None},
        ]
    }
    outcome = cards.worked_firm(_read(), inputs)
    assert outcome.exact == F("76.625")
    assert outcome.total == Decimal("76.63")
    assert (outcome.working["estates"], outcome.working["blank"]) == (3, 1)


# --- What the terms refuse ---------------------------------------------------------------


def _problems(document: Any) -> dict[str, str]:
    with pytest.raises(terms.TermsError) as refused:
        terms.read(document)
    return {path: str(words) for path, words in refused.value.problems.items()}


def test_weights_that_do_not_add_up_are_refused_with_their_sum() -> None:
    parts = _document()["parts"]
    parts[0]["weight"] = "0.4999"
    assert "99.99" in _problems(_document(parts=parts))["parts"]


@pytest.mark.parametrize("weight", [0.5, "1/2", "-0.5", "五", "", None, "1e-1", "nan"])
def test_a_weight_is_a_plain_decimal(weight: Any) -> None:
    parts = _document()["parts"]
    parts[0]["weight"] = weight
    assert "parts.0.weight" in _problems(_document(parts=parts))


def test_every_place_that_is_wrong_is_named() -> None:
    document = _document(cycle="weekly", wieght="1", lists={"red_from": "50", "black_under": "60"})
    item = document["parts"][0]["dimensions"][0]["items"][0]
    item["step"] = "0"
    document["parts"][2]["weights"] = {"on_time": "0.6", "speed": "0.4"}
    assert set(_problems(document)) == {
        "cycle",
        "wieght",
        "lists.black_under",
        "parts.0.dimensions.0.items.0.step",
        "parts.2.weights",
        "parts.2.weights.speed",
    }


@pytest.mark.parametrize("document", [None, [], "terms", {"parts": {}}, {"parts": [None]}])
def test_what_is_no_document_is_refused_and_nothing_breaks(document: Any) -> None:
    assert _problems(document)


@pytest.mark.parametrize("nothing", [None, 5, ["words"], {}])
def test_words_are_words_and_never_the_name_of_nothing(nothing: Any) -> None:
    document = _document(vetoes=[{"code": "V1", "name_zh": "挪用", "name_en": nothing}])
    part = document["parts"][0]
    part["key"] = part["name_zh"] = nothing
    part["dimensions"][0]["items"][0] |= {"text": nothing, "code": nothing, "figure": nothing}
    document["bands"][0]["asks"] = nothing
    item = "parts.0.dimensions.0.items.0"
    assert set(_problems(document)) == {
        "vetoes.0.name_en",
        "parts.0.key",
        "parts.0.name_zh",
        f"{item}.text",
        f"{item}.code",
        f"{item}.figure",
        "bands.0.asks",
    }


@pytest.mark.parametrize("kinds", [["villa"], [None], ["old", ""], [["old"]], "old", {"old": 1}])
def test_kinds_of_estates_are_those_that_there_are(kinds: Any) -> None:
    assert list(_problems(_document(estate_kinds=kinds))) == ["estate_kinds"]


def test_kinds_of_estates_are_read() -> None:
    assert _read(estate_kinds=["old", "commodity"]).estate_kinds == ("old", "commodity")


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "ratio"},
        {"rule": "levels", "levels": [{"name": "好", "points": "5"}]},
        {"rule": "given"},
    ],
)
def test_daily_checks_add_up_findings_and_nothing_else(rule: dict[str, Any]) -> None:
    """Shares or levels of several days would add up to something nobody found."""
    document = _document()
    item = document["parts"][0]["dimensions"][0]["items"][0]
    item |= {"method": "daily", **rule}
    with override("en"):
        words = _problems(document)["parts.0.dimensions.0.items.0.rule"]
    assert "points off for each finding" in words
    for counted in ({"rule": "per_finding", "step": "1"}, {"rule": "all_or_nothing"}):
        item |= counted
        assert terms.read(document).parts[0].items_of("daily")


def test_what_somebody_finds_is_not_counted_by_the_portal_as_well() -> None:
    document = _document()
    document["parts"][0]["dimensions"][0]["items"][0]["figure"] = "facilities"
    assert list(_problems(document)) == ["parts.0.dimensions.0.items.0.figure"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@given(st.data())
def test_whatever_somebody_sends_is_read_or_refused(data: st.DataObject) -> None:
    """Nothing but TermsError ever comes out, wherever in the document the nonsense stands."""
    document = _document(vetoes=[{"code": "V1", "name_zh": "挪用"}], lists={}, steps={})
    where: Any = document
    while isinstance(where, dict | list) and where:
        keys = sorted(where) if isinstance(where, dict) else range(len(where))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(where[key], dict | list) or data.draw(st.booleans()):
            where[key] = data.draw(ANYTHING)
            break
        where = where[key]
    try:
        terms.read(document)
    except terms.TermsError as refused:
        assert refused.problems


def test_figures_of_orders_never_count_twice() -> None:
    parts = _document()["parts"]
    parts[2]["weight"] = "0.1"
    parts.append({**parts[2], "key": "again"})
    assert "parts" in _problems(_document(parts=parts))


def test_a_poll_draws_at_least_as_many_as_must_answer() -> None:
    parts = _document()["parts"]
    parts[1] |= {"sample": 24, "valid": 25}
    assert "parts.1.sample" in _problems(_document(parts=parts))
