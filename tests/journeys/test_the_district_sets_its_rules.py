"""The district publishes its hours, looks at a preset, changes a time; a resident reads of it."""

import pytest

from complaints.models import Rule
from tests.factories import County
from tests.journeys.conftest import Companions, Traveller

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HERE = "/rules/990101/"


def press(traveller: Traveller, words: str) -> None:
    traveller.page.locator("main").get_by_text(words).first.click()
    traveller.settle()


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_the_district_sets_its_rules(travel: Companions, county: County) -> None:
    officer, resident = travel("district"), travel("nobody")
    page = officer.page
    officer.go("/rules/")
    assert "红枫县时限规则" in officer.text()

    # One setting of hours: shown, confirmed.
    press(officer, "设定计时时段")
    page.fill("[name=quiet_from]", "20:00")
    page.fill("[name=quiet_until]", "08:00")
    press(officer, "查看会有哪些变化")
    assert "3 小时，夜间 20:00–08:00 不计" in officer.text()
    assert not Rule.objects.filter(place=county.district).exists()
    press(officer, "确认设定")
    assert "非紧急的诉求：夜间 20:00–08:00 不计" in officer.text()
    assert Rule.objects.filter(place=county.district).count() == 3

    # A preset is only looked at; without a script the page is the same.
    officer.go(f"{HERE}presets/")
    officer.go(f"{HERE}presets/beijing_tiers/")
    assert "24 小时，夜间 20:00–08:00 不计" in officer.text()

    # A time is changed, at the second try, and the reader sees who did it.
    officer.go(f"{HERE}inspect/urgent/")
    page.fill("[name=amount]", "0")
    press(officer, "查看会有哪些变化")
    assert page.locator(".error-summary").evaluate("e => e === document.activeElement")
    page.fill("[name=amount]", "10")
    press(officer, "查看会有哪些变化")
    press(officer, "确认修改")
    assert "沈区县" in officer.text()
    officer.go(f"{HERE}category/")
    officer.go(f"{HERE}inspect/urgent/withdraw/")

    resident.go("/promises/990101/")
    assert "10 分钟内" in resident.text()
    assert "夜间 20:00–08:00 不计" in resident.text()
