"""A real county's divisions from the published list, taken over as often as it changes."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from communities.management.commands._division_lists import community_names, office_name
from communities.models import Appointment, Body, BodyKind, Office, Place, PlaceCode
from communities.scope import standing_of
from tests.factories import BEGINNING, person

pytestmark = pytest.mark.django_db

AREAS = 'code,name,cityCode,provinceCode\n360730,"宁都县",3607,36\n360731,"于都县",3607,36\n'
STREETS = """code,name,areaCode,provinceCode,cityCode
360730100,"梅江镇",360730,36,3607
360730101,"青塘镇",360730,36,3607
360731001,"贡江街道",360731,36,3607
"""
VILLAGES = """code,name,streetCode,provinceCode,cityCode,areaCode
360730100001,"中山南路社区居委会",360730100,36,3607,360730
360730100200,"罗家村委会",360730100,36,3607,360730
360730101200,"青塘村委会",360730101,36,3607,360730
360731001001,"红军大桥社区居委会",360731001,36,3607,360731
"""


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The published lists, as small as they may be."""
    write(tmp_path)
    return tmp_path


def write(folder: Path, streets: str = STREETS, villages: str = VILLAGES) -> None:
    for name, text in (("areas", AREAS), ("streets", streets), ("villages", villages)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def take(lists: Path, *words: str, code: str = "360730") -> str:
    out = StringIO()
    call_command("import_divisions", code, "--from", str(lists), *words, stdout=out)
    return out.getvalue()


def tree() -> dict[str, str]:
    return dict(Place.objects.order_by("code").values_list("code", "name"))


def test_a_county_comes_with_its_towns_communities_and_their_offices(lists: Path) -> None:
    said = take(lists)
    assert tree() == {
        "360730": "宁都县",
        "360730100": "梅江镇",
        "360730100001": "中山南路社区",
        "360730100200": "罗家村",
        "360730101": "青塘镇",
        "360730101200": "青塘村",
    }
    assert "entered: 6" in said
    offices = dict(Body.objects.values_list("place__code", "name"))
    assert offices["360730100"] == "梅江镇人民政府"
    assert offices["360730100001"] == "中山南路社区居民委员会"
    assert offices["360730100200"] == "罗家村村民委员会"
    assert Body.objects.filter(kind=BodyKind.COMMUNITY_OFFICE).count() == 3
    assert PlaceCode.objects.count() == 6
    assert Place.objects.get(code="360730100200").initials == "ljc"


def test_twice_is_once(lists: Path) -> None:
    take(lists)
    before = (tree(), Body.objects.count(), PlaceCode.objects.count())
    assert "as they were: 6" in take(lists)
    assert (tree(), Body.objects.count(), PlaceCode.objects.count()) == before


def test_a_dry_run_says_the_same_and_writes_nothing(lists: Path) -> None:
    said = take(lists, "--dry-run")
    assert "nothing is written" in said
    assert "entered: 6" in said
    assert not Place.objects.exists()
    assert not Body.objects.exists()


def test_after_a_change_of_codes_each_keeps_its_row_its_office_and_its_people(
    lists: Path,
) -> None:
    take(lists)
    town = Place.objects.get(code="360730100")
    village = Place.objects.get(code="360730100200")
    Place.objects.create(kind="estate", code="360730100200001", name="枫园", parent=village)
    clerk = clerk_of(village)
    write(
        lists,
        STREETS.replace("360730100", "360730007"),
        VILLAGES.replace("360730100200", "360730007201").replace("360730100", "360730007"),
    )
    said = take(lists)
    assert "360730100 -> 360730007 梅江镇" in said
    assert "360730007200 -> 360730007201 罗家村" in said
    town.refresh_from_db()
    village.refresh_from_db()
    assert (town.code, village.code) == ("360730007", "360730007201")
    assert "360730007201001" in tree()
    assert Place.objects.count() == 7
    standing = standing_of(User.objects.get(pk=clerk.pk))
    assert set(standing.community_codes) >= {"360730100200", "360730007201"}


def clerk_of(place: Place) -> User:
    user = person("clerk")
    Appointment.objects.create(
        user=user,
        office=Office.COMMUNITY_CLERK,
        body=Body.objects.get(place=place),
        from_on=BEGINNING,
    )
    return user


def test_what_vanished_from_the_list_is_told_and_kept(lists: Path) -> None:
    take(lists)
    write(lists, villages="\n".join(VILLAGES.splitlines()[:2]) + "\n")
    said = take(lists)
    assert "not in the list, kept: 2" in said
    assert "360730100200 罗家村" in said
    assert Place.objects.filter(closed_on=None).count() == 6


def test_another_name_is_told_and_taken_only_where_asked(lists: Path) -> None:
    take(lists)
    write(lists, villages=VILLAGES.replace("罗家村委会", "罗家湾村委会"))
    assert "360730100200 罗家村 (list: 罗家湾村)" in take(lists)
    assert tree()["360730100200"] == "罗家村"
    take(lists, "--rename")
    assert tree()["360730100200"] == "罗家湾村"


def test_a_code_passed_on_to_a_neighbour_is_refused_and_the_rest_goes_on(lists: Path) -> None:
    take(lists)
    # 青塘村 gets the code that 罗家村 has now; 罗家村 a new one.
    write(
        lists,
        villages=VILLAGES.replace("360730100200", "360730100300").replace(
            '360730100001,"中山南路社区居委会"', '360730100200,"中山南路社区居委会"'
        ),
    )
    said = take(lists)
    assert "refused: 1" in said
    assert tree()["360730100300"] == "罗家村"
    assert tree()["360730100001"] == "中山南路社区"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("36073", "six digits"), ("36073X", "six digits"), ("369999", "no district or county")],
)
def test_a_wrong_code_is_said(code: str, sentence: str, lists: Path) -> None:
    with pytest.raises(CommandError, match=sentence):
        take(lists, code=code)


def test_a_missing_package_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="npm ci"):
        take(tmp_path)


def test_packed_lists_are_read_as_well(lists: Path) -> None:
    for path in lists.glob("*.csv"):
        (lists / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    take(lists)
    assert len(tree()) == 6


def test_a_district_taken_from_the_list_is_then_opened_for_its_first_officer(lists: Path) -> None:
    take(lists)
    call_command("open_district", "360730", "宁都", "first", stdout=StringIO())
    standing = standing_of(User.objects.get(username="first"))
    assert standing.overseer_codes == ("360730",)
    assert Body.objects.filter(kind=BodyKind.DISTRICT_OFFICE).count() == 1
    assert tree()["360730"] == "宁都县"
    assert "as they were: 6" in take(lists)
    with pytest.raises(CommandError, match="there already"):
        call_command("open_district", "360730", "宁都", "second", stdout=StringIO())


@pytest.mark.parametrize(
    ("said", "name", "office"),
    [
        ("中山南路社区居委会", "中山南路社区", "中山南路社区居民委员会"),
        ("罗家村委会", "罗家村", "罗家村村民委员会"),
        ("张村村委会", "张村", "张村村民委员会"),
        ("东街居民委员会", "东街社区", "东街社区居民委员会"),
        ("阿木古楞嘎查村民委员会", "阿木古楞嘎查", "阿木古楞嘎查村民委员会"),
        ("幸福社区", "幸福社区", "幸福社区居民委员会"),
        ("水东工业园生活区", "水东工业园生活区", "水东工业园生活区"),
    ],
)
def test_names_are_those_people_use(said: str, name: str, office: str) -> None:
    assert community_names(said) == (name, office)


def test_towns_have_governments_and_subdistricts_offices() -> None:
    assert office_name("梅江镇") == "梅江镇人民政府"
    assert office_name("贡江街道") == "贡江街道办事处"
    assert office_name("水东工业园") == "水东工业园"


def test_the_image_holds_what_the_command_reads_and_no_more() -> None:
    dockerfile = (Path(__file__).resolve().parents[2] / "Dockerfile").read_text(encoding="utf-8")
    assert "gzip -9 areas.csv streets.csv villages.csv" in dockerfile
    assert 'find . -type f ! -name "*.csv.gz" -delete' in dockerfile
