"""Rules down the tree, taken back, and changed many at once."""

from datetime import time, timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.models import Place
from complaints import actions
from complaints.models import Deadline, Rule, Unit
from complaints.queries.rulebook import Hours, Rulebook
from complaints.workflow import Stage, Urgency
from tests.complaints.walks import NORMAL, URGENT, category, fresh, report
from tests.factories import County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
NIGHT = {"quiet_from": time(20), "quiet_until": time(8)}
HOURS: dict[str, Any] = {**NIGHT, "closes_at": time(17, 30)}


def set_rule(place: Place | None, amount: int = 60, **kw: Any) -> Rule:
    usual: dict[str, Any] = {"by": CLOCK, "stage": "inspect", "unit": "seconds"}
    if "category" not in kw:
        usual["urgency"] = "normal"
    return actions.set_rule(**{**usual, "place": place, "amount": amount, **kw})


def governing(county: County, people: People, **kw: Any) -> Rule:
    """The rule by which an on-site check is promised now."""
    return report(county, people, **kw).deadlines.get(stage=Stage.INSPECT).rule


def own(place: Place, **kw: Any) -> list[Rule]:
    return list(Rule.objects.filter(place=place, **kw).order_by("pk"))


# --- Down the tree -----------------------------------------------------------------------


def test_the_nearest_place_beats_the_wider_ones(
    county: County, people: People, clock: Pretended
) -> None:
    for place in (county.subdistrict, county.district, county.community, None):
        rule = set_rule(place)
        if place == county.subdistrict:
            nearest = rule
        if place == county.district:
            assert governing(county, people) == nearest
        if place == county.community:
            nearest = rule
    assert governing(county, people) == nearest


def test_a_category_beats_an_urgency_even_of_a_nearer_place(
    county: County, people: People, clock: Pretended
) -> None:
    of_category = set_rule(county.district, category=category(NORMAL))
    set_rule(county.subdistrict)
    assert governing(county, people) == of_category


def test_a_group_of_categories_governs_what_has_no_rule_of_its_own(
    county: County, people: People, clock: Pretended
) -> None:
    group = category(NORMAL).parent
    assert group is not None
    of_group = set_rule(county.district, category=group)
    of_leaf = set_rule(None, category=category(NORMAL))
    assert governing(county, people) == of_leaf
    assert governing(county, people, category="0103") == of_group


def test_a_withdrawn_rule_gives_way_to_what_it_had_overruled(
    county: County, people: People, clock: Pretended
) -> None:
    of_district = set_rule(county.district, 60)
    set_rule(county.subdistrict, 30)
    clock.forward(minutes=1)
    line: dict[str, Any] = {"by": CLOCK, "stage": "inspect", "urgency": "normal"}
    ended = actions.withdraw_rule(place=county.subdistrict, **line)
    assert (ended.withdrawn, ended.version, ended.amount) == (True, 2, 30)
    assert governing(county, people) == of_district
    actions.withdraw_rule(place=county.district, **line)
    assert governing(county, people).place is None
    again = set_rule(county.subdistrict, 45)
    assert (again.version, governing(county, people)) == (3, again)


def test_withdrawing_a_category_leads_back_to_the_urgency(
    county: County, people: People, clock: Pretended
) -> None:
    set_rule(None, category=category(NORMAL))
    actions.withdraw_rule(by=CLOCK, place=None, stage="inspect", category=category(NORMAL))
    assert governing(county, people).category is None


def test_what_was_to_begin_later_is_withdrawn_too(
    county: County, people: People, clock: Pretended
) -> None:
    set_rule(county.district, 60, valid_from=MONDAY + timedelta(days=2))
    actions.withdraw_rule(by=CLOCK, place=county.district, stage="inspect", urgency="normal")
    clock.forward(days=3)
    assert governing(county, people).place is None


def test_only_a_rule_of_ones_own_can_be_withdrawn(county: County) -> None:
    line: dict[str, Any] = {"by": CLOCK, "stage": "inspect", "urgency": "normal"}
    before = Rule.objects.count()
    with pytest.raises(WrongState):
        actions.withdraw_rule(place=county.district, **line)
    with pytest.raises(WrongState):
        actions.withdraw_rule(place=None, **line)
    with pytest.raises(WrongState):
        actions.withdraw_rules(by=CLOCK, place=county.district)
    set_rule(county.district)
    actions.withdraw_rule(place=county.district, **line)
    with pytest.raises(WrongState):
        actions.withdraw_rule(place=county.district, **line)
    assert Rule.objects.count() == before + 2


def test_everything_of_ones_own_is_withdrawn_at_once(county: County, clock: Pretended) -> None:
    actions.apply_preset(by=CLOCK, place=county.district, preset="beijing_tiers")
    set_rule(county.district, category=category(NORMAL))
    clock.forward(minutes=1)
    assert len(actions.withdraw_rules(by=CLOCK, place=county.district)) == 16
    book = Rulebook(county.district, clock.moment)
    assert [slot for slot in book.slots() if book.own(slot)] == []


# --- One setting of hours ----------------------------------------------------------------


def test_one_setting_of_hours_is_written_into_every_rule_that_is_not_urgent(
    county: County, people: People, clock: Pretended
) -> None:
    leaf = category("0103")
    set_rule(None, 1200, category=leaf)
    before = list(Deadline.objects.values_list())
    written = actions.set_hours(by=people["district"], place=county.district, **HOURS)
    lines = {(r.stage, r.urgency, r.category) for r in written}
    assert lines == {
        *((stage, urgency, None) for stage in Stage for urgency in ("normal", "long")),
        ("inspect", "", leaf),
    }
    for rule in written:
        assert rule.place == county.district
        quiet, closes = (rule.quiet_from, rule.quiet_until), rule.closes_at
        if rule.unit == Unit.SECONDS:
            assert (quiet, closes) == ((time(20), time(8)), None)
        else:
            assert (quiet, closes) == ((None, None), time(17, 30))
    assert list(Deadline.objects.values_list()) == before


def test_hours_leave_urgent_rules_and_categories_alone(county: County) -> None:
    set_rule(county.district, category=category(URGENT))
    actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    assert not [
        rule
        for rule in own(county.district)
        if rule.urgency == Urgency.URGENT or (rule.category and rule.version > 1)
    ]


def test_a_night_passes_over_after_the_setting_and_not_before(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 19:00"))
    before = report(county, people)
    kept = list(before.deadlines.order_by("pk").values_list())
    actions.set_hours(by=fresh(people["district"]), place=county.district, **HOURS)
    after = report(county, people)
    assert after.deadlines.get(stage=Stage.INSPECT).due_at == at("2026-03-03 10:00")
    assert after.deadlines.get(stage=Stage.FEEDBACK).due_at == at("2026-03-09 17:30")
    assert list(before.deadlines.order_by("pk").values_list()) == kept


def test_the_same_hours_again_write_nothing(county: County) -> None:
    assert actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    assert actions.set_hours(by=CLOCK, place=county.district, **HOURS) == []


def test_hours_taken_away_are_gone(county: County, clock: Pretended) -> None:
    actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    nothing: dict[str, Any] = dict.fromkeys(HOURS)
    assert len(actions.set_hours(by=CLOCK, place=county.district, **nothing)) == 6
    assert Rulebook(county.district, clock.moment).hours() == Hours()


def test_a_rule_that_begins_later_gets_the_hours_too(
    county: County, people: People, clock: Pretended
) -> None:
    """Otherwise the setting would quietly end when that rule begins."""
    begins = MONDAY + timedelta(days=7)
    set_rule(county.district, 7200, valid_from=begins)
    actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    clock.put(begins)
    rule = governing(county, people)
    assert (rule.amount, rule.quiet_from) == (7200, time(20))


def test_a_rule_changed_later_keeps_the_hours_unless_it_says_otherwise(county: County) -> None:
    actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    assert set_rule(county.district).quiet_from == time(20)
    assert set_rule(county.district, quiet_from=None, quiet_until=None).quiet_from is None
    days = set_rule(county.district, 3, unit="working_days")
    assert (days.quiet_from, days.closes_at) == (None, time(17, 30))
    assert set_rule(county.district, urgency="urgent").quiet_from is None


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"quiet_from": time(20)}, "quiet_until"),
        ({"quiet_until": time(20)}, "quiet_from"),
        ({"quiet_from": time(20), "quiet_until": time(20)}, "quiet_until"),
        ({"closes_at": time(0)}, "closes_at"),
    ],
)
def test_hours_that_make_no_sense_are_refused_at_their_field(
    hours: dict[str, time], field: str, county: County
) -> None:
    wanted: dict[str, Any] = {**dict.fromkeys(HOURS), **hours}
    with pytest.raises(Invalid) as refusal:
        actions.set_hours(by=CLOCK, place=county.district, **wanted)
    assert list(refusal.value.fields) == [field]
    assert own(county.district) == []


# --- Who, and on what it was based -------------------------------------------------------


@pytest.mark.parametrize("who", ["subdistrict", "far_district", "dispatcher", "auditor", "manager"])
def test_nobody_else_changes_many_rules_at_once(who: str, county: County, people: People) -> None:
    by, place = people[who], county.subdistrict
    set_rule(place)
    before = list(Rule.objects.order_by("pk").values_list())
    audited = AuditEntry.objects.count()
    with pytest.raises(NotAllowed):
        actions.set_hours(by=by, place=place, **HOURS)
    with pytest.raises(NotAllowed):
        actions.apply_preset(by=by, place=place, preset="atlantis")
    with pytest.raises(NotAllowed):
        actions.withdraw_rule(by=by, place=place, stage="lunch", urgency="normal")
    with pytest.raises(NotAllowed):
        actions.withdraw_rules(by=by, place=place)
    assert list(Rule.objects.order_by("pk").values_list()) == before
    assert AuditEntry.objects.count() == audited


def test_the_district_changes_the_rules_of_its_subdistricts(county: County, people: People) -> None:
    assert actions.set_hours(by=people["district"], place=county.subdistrict, **HOURS)
    assert set_rule(county.community, by=people["district"]).place == county.community


def test_a_change_based_on_what_no_longer_holds_is_refused(
    county: County, clock: Pretended
) -> None:
    seen = Rulebook(county.district, clock.moment).fingerprint
    set_rule(None, 30)
    with pytest.raises(Conflict):
        set_rule(county.district, based_on=seen)
    with pytest.raises(Conflict):
        actions.set_hours(by=CLOCK, place=county.district, based_on=seen, **HOURS)
    assert own(county.district) == []
    now_seen = Rulebook(county.district, clock.moment).fingerprint
    assert set_rule(county.district, based_on=now_seen).version == 1


def test_a_rule_that_has_begun_since_is_noticed(county: County, clock: Pretended) -> None:
    set_rule(county.district, valid_from=MONDAY + timedelta(minutes=5))
    seen = Rulebook(county.district, clock.moment).fingerprint
    clock.forward(minutes=6)
    with pytest.raises(Conflict):
        set_rule(county.district, 30, based_on=seen)


def test_a_version_somebody_else_wrote_first_is_a_conflict(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The general rules have no row to lock: the constraint settles who was first."""
    monkeypatch.setattr(Rulebook, "versions", lambda *_: [])
    with pytest.raises(Conflict):
        set_rule(None)


def test_each_version_is_audited_with_its_line(county: County, people: People) -> None:
    set_rule(None, category=category(NORMAL))
    actions.apply_preset(by=people["district"], place=county.district, preset="shandong")
    entries = {e.target: e for e in AuditEntry.objects.filter(target_kind="rule")}
    assert len(entries) == 16
    assert "inspect/0101" in entries
    changed = entries["990101/handle/normal"]
    assert (changed.verb, changed.actor_id) == ("apply_preset", people["district"].pk)
    assert (changed.facts["old"]["amount"], changed.facts["new"]["amount"]) == (10800, 4)
    assert changed.facts["new"]["place"] == "990101"
