"""What was published: its pages, its files, its feed – and anybody's own check of it."""

import hashlib
import json
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ratings.actions import freezing
from ratings.models import Finding, Period, Publication
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended
from tests.ratings.quarter import assessed, card, published, signed_in

pytestmark = pytest.mark.django_db
LIST = "/ratings/published/"


@pytest.fixture
def period(county: County, people: dict[str, User], clock: Pretended) -> Period:
    """Published, and corrected since: two links."""
    found = published(assessed(county, clock), county)
    Finding.objects.filter(assessment__method="onsite", item="D1-1").update(value=0)
    freezing.correct(card(found, county), by=fresh(people["district"]), reason="核实后更正")
    return found


def chain_file() -> bytes:
    answer = Client().get(reverse("ratings:chain"))
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def checked(chain: bytes) -> "subprocess.CompletedProcess[bytes]":
    """The program as the page prints it, run on this chain."""
    html = Client().get(LIST).content.decode()
    found = re.search(r'id="program">(.*?)</pre>', html, re.S)
    assert found
    words = [sys.executable, "-c", unescape(found[1])]
    return subprocess.run(words, input=chain, capture_output=True, check=False)


def test_anybody_checks_the_chain_with_the_program_of_the_page(period: Period) -> None:
    last = Publication.objects.get(sequence=2)
    done = checked(chain_file())
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == ["2", last.hash]


def test_the_program_finds_what_was_changed(period: Period) -> None:
    lines = chain_file().splitlines(keepends=True)
    changed = lines[0].replace(b"87.04", b"97.04")
    assert changed != lines[0]
    for broken in ([changed, lines[1]], [lines[1]], [lines[1], lines[0]]):
        done = checked(b"".join(broken))
        assert done.returncode == 1
        assert b"not as it was published" in done.stderr


def test_the_seal_of_one_link_is_that_of_its_file(period: Period) -> None:
    for link in Publication.objects.all():
        file = Client().get(reverse("ratings:publication_text", args=[link.public_id]))
        assert hashlib.sha256(file.content).hexdigest() == link.hash
        page = Client().get(reverse("ratings:publication", args=[link.public_id]))
        assert link.hash in page.content.decode()
        assert "sha256sum" in page.content.decode()
        said = program().get(f"/api/v1/ratings/publications/{link.public_id}/").json()
        assert hashlib.sha256(said["text"].encode()).hexdigest() == said["hash"]


def test_the_page_says_how_the_last_look_ended(period: Period) -> None:
    assert "一小时内会完成首次全面核对" in Client().get(LIST).content.decode()
    call_command("verify_publications")
    assert "没有改动" in Client().get(LIST).content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the trigger refuses it")
def test_a_changed_link_is_named_on_the_page(period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS publication_kept_update")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            if "publication" in name:
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(
            "UPDATE ratings_publication SET text = replace(text, '87.04', '97.04')"
            " WHERE sequence = 1"
        )
    from ratings.actions.publications import look_at_chain

    assert look_at_chain({})
    html = Client().get(LIST).content.decode()
    assert "已公布的内容被改动过" in html
    one = Publication.objects.get(sequence=1)
    page = Client().get(reverse("ratings:publication", args=[one.public_id])).content.decode()
    assert "这条文字被改动过" in page


def test_the_feed_of_a_place_has_each_link_with_its_seal(period: Period, county: County) -> None:
    for address, count in (
        (reverse("ratings:feed"), 2),
        (reverse("ratings:feed_of_place", args=[county.district.code]), 2),
        (reverse("ratings:feed_of_place", args=[county.subdistrict.code]), 0),
    ):
        answer = Client().get(address)
        assert answer["Content-Type"].startswith("application/atom+xml")
        assert "public" in answer["Cache-Control"]
        entries = ElementTree.fromstring(answer.content).findall(
            "{http://www.w3.org/2005/Atom}entry"
        )
        assert len(entries) == count
    text = Client().get(reverse("ratings:feed")).content.decode()
    assert Publication.objects.get(sequence=2).hash in text
    assert Client().get(reverse("ratings:feed_of_place", args=["nowhere"])).status_code == 404


def test_nothing_published_names_whoever_assessed_or_a_resident(
    period: Period, people: dict[str, User]
) -> None:
    files = chain_file().decode() + Client().get(LIST).content.decode()
    for person in people.values():
        assert person.name not in files
        assert str(person.phone or "no phone") not in files


def test_what_was_published_is_listed_by_place_and_kind(period: Period, county: County) -> None:
    assert [row.sequence for row in Client().get(LIST).context["publications"]] == [2, 1]
    found = Client().get(LIST, {"kind": "correction"}).context["publications"]
    assert [row.sequence for row in found] == [2]
    assert not Client().get(LIST, {"place": county.subdistrict.code}).context["publications"]
    results = program().get("/api/v1/ratings/publications/").json()["results"]
    assert [row["sequence"] for row in results] == [2, 1]
    first = program().get("/api/v1/ratings/publications/")
    again = program().get("/api/v1/ratings/publications/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert json.loads(first.content)["results"][0]["kind"] == "correction"


def test_a_firm_reads_its_own_score_and_the_whole_chain(
    period: Period, people: dict[str, User]
) -> None:
    assert signed_in(people["manager"]).get(LIST).status_code == 200
