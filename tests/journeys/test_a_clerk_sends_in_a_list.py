"""A clerk sends in a list with two wrong rows, sees them, sends the corrected one, confirms."""

from pathlib import Path

import pytest

from communities.models import Place
from communities.sheets.run import run_imports
from tests.communities.workbooks import workbook
from tests.factories import County
from tests.journeys.conftest import Companions, Traveller

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HEADINGS = ("小区名称", "所属社区", "小区类型", "总户数")
GOOD = ["梧桐花园", "河东社区", "商住", "320户"]


def send(traveller: Traveller, path: Path) -> None:
    page = traveller.page
    traveller.go("/register/imports/")
    page.select_option("[name=kind]", "estates")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="上传并核对").click()
    traveller.settle()


@pytest.mark.parametrize("size", ["desk"], indirect=True)
def test_a_clerk_sends_in_a_list(travel: Companions, county: County, tmp_path: Path) -> None:
    clerk = travel("dispatcher")
    page = clerk.page
    wrong, right = tmp_path / "小区台账.xlsx", tmp_path / "小区台账（改）.xlsx"
    wrong.write_bytes(
        workbook(
            HEADINGS,
            GOOD,
            ["柳岸人家", "河东社区", "宫殿", "96"],
            ["远苑", "河西社区", "安置", "80"],
            title="河东社区小区台账",
        )
    )
    right.write_bytes(workbook(HEADINGS, GOOD, ["柳岸人家", "河东社区", "安置", "96"]))

    send(clerk, wrong)
    assert "几秒钟后开始处理" in clerk.text()
    run_imports()
    # The page finds out by itself.
    page.get_by_text("有 2 行未通过").first.wait_for()
    clerk.settle()
    assert "不是本列的可选项" in clerk.text()
    assert "不在河东社区范围内" in clerk.text()
    assert page.get_by_role("button", name="确认，全部写入").count() == 0
    assert not Place.objects.filter(name="梧桐花园").exists()

    send(clerk, right)
    run_imports()
    page.get_by_role("button", name="确认，全部写入").wait_for()
    clerk.settle()
    page.get_by_role("button", name="确认，全部写入").click()
    clerk.settle()
    run_imports()
    page.get_by_text("新增 2 行").first.wait_for()
    made = Place.objects.get(name="梧桐花园")
    clerk.go(f"/places/{made.code}/")
    assert "梧桐花园" in clerk.text()
