"""What was published is chained: whatever is changed afterwards is found and named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from common.errors import NotAllowed, WrongState
from communities.models import BodyKind
from ratings import chain
from ratings.actions import freezing, publications
from ratings.models import (
    AssessmentState,
    ChainHead,
    Period,
    PeriodState,
    PersonalText,
    Publication,
    PublicationKind,
    Scorecard,
)
from tests import factories
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import listed, settled, town

# --- The arithmetic ----------------------------------------------------------------------

AT = datetime(2026, 4, 27, 1, 0, tzinfo=UTC)


def _chain(length: int) -> list[chain.Link]:
    links, previous = [], chain.BEGINNING
    for number in range(1, length + 1):
        link = chain.Link(number, "scores", f"{number}", "id", AT, f"{{{number}}}", previous, "")
        link = replace(link, hash=link.reckoned)
        links.append(link)
        previous = link.hash
    return links


def test_an_untouched_chain_holds() -> None:
    links = _chain(5)
    assert list(chain.verified(links, {5: links[4].hash})) == []
    assert list(chain.verified([], {})) == []


CHANGES: dict[str, Callable[[list[chain.Link]], None]] = {
    "changed": lambda links: links.__setitem__(2, replace(links[2], text="{0}")),
    "renamed": lambda links: links.__setitem__(2, replace(links[2], title="另一个")),
    "deleted": lambda links: links.__delitem__(2),
    "swapped": lambda links: links.__setitem__(
        slice(2, 4), [replace(links[3], sequence=3), replace(links[2], sequence=4)]
    ),
    "inserted": lambda links: links.insert(2, replace(links[1], sequence=3, title="插入")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_chain_names_the_link(change: str) -> None:
    links = _chain(5)
    CHANGES[change](links)
    found = list(chain.verified(links, {}))
    assert found
    assert found[0].sequence == 3


def test_a_deleted_end_is_found_by_whoever_wrote_it_down() -> None:
    links = _chain(5)
    assert list(chain.verified(links[:3], {})) == []
    found = list(chain.verified(links[:3], {4: links[3].hash, 5: links[4].hash}))
    assert [(b.sequence, b.what) for b in found] == [(4, "missing"), (5, "missing")]


def test_a_chain_made_anew_as_a_whole_fails_its_witnesses() -> None:
    old, new = _chain(3), []
    previous = chain.BEGINNING
    for link in old:
        bent = replace(link, text="{9}", previous=previous)
        bent = replace(bent, hash=bent.reckoned)
        new.append(bent)
        previous = bent.hash
    assert list(chain.verified(new, {})) == []
    found = list(chain.verified(new, {2: old[1].hash}))
    assert [(b.sequence, b.what) for b in found] == [(2, "witness")]


@given(st.integers(1, 6), st.data())
def test_no_single_change_goes_unseen(length: int, data: st.DataObject) -> None:
    links = _chain(length)
    which = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(["kind", "title", "subject", "text", "previous", "hash"]))
    value = data.draw(st.text(max_size=5))
    bent = replace(links[which], **{field: value})  # type: ignore[arg-type]
    if bent != links[which]:
        links[which] = bent
        assert list(chain.verified(links, {}))


def test_there_is_one_way_to_write_data() -> None:
    assert chain.canonical({"乙": 1, "甲": ["é", None]}) == '{"乙":1,"甲":["é",null]}'
    with pytest.raises(TypeError):
        chain.canonical({"total": 71.25})


# --- Publishing --------------------------------------------------------------------------


@pytest.fixture
def frozen(
    county: County, people: dict[str, User], clock: Pretended, settings: Settings, tmp_path: Path
) -> Period:
    settings.WITNESS_FILE = tmp_path / "elsewhere" / "witness.txt"
    period = town.period(county)
    settled.everything(period, county.estate, county.firm, people["subdistrict"])
    clock.put(at("2026-04-27 09:00"))
    freezing.ask_to_freeze(period, by=people["district"])
    freezing.freeze_periods()
    period.refresh_from_db()
    return period


@pytest.fixture
def published(frozen: Period, people: dict[str, User]) -> Period:
    publications.publish_scores(frozen, by=people["district"])
    frozen.refresh_from_db()
    return frozen


def _said(*known: str) -> str:
    out = StringIO()
    try:
        call_command("verify_publications", *known, stdout=out)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue()


@pytest.mark.django_db
def test_published_scores_say_their_rules_and_every_card(published: Period, county: County) -> None:
    link = Publication.objects.get()
    said = json.loads(link.text)
    assert link.title == "得分：季度测评，2026年第一季度"
    assert said["terms"] == published.version.terms
    mine = [card for card in said["cards"] if card["body"]["code"] == county.firm.code]
    assert [card["total"] for card in mine if card["estate"]] == ["87.04"]
    assert (published.state, published.published_at) == (
        PeriodState.PUBLISHED,
        link.published_at,
    )
    assert "Nothing that was published has changed" in _said()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["subdistrict", "manager", "far_district", "auditor"])
def test_scores_are_published_by_officers_of_the_district_alone(
    name: str, frozen: Period, people: dict[str, User]
) -> None:
    with pytest.raises(NotAllowed):
        publications.publish_scores(frozen, by=people[name])
    assert not Publication.objects.exists()


@pytest.mark.django_db
def test_scores_are_published_once(published: Period, people: dict[str, User]) -> None:
    with pytest.raises(WrongState):
        publications.publish_scores(published, by=people["district"])
    assert Publication.objects.count() == 1


@pytest.mark.django_db
def test_a_correction_after_publication_is_published_with_its_reason(
    published: Period, county: County, people: dict[str, User]
) -> None:
    card = Scorecard.objects.current().get(period=published, estate=county.estate)
    published.assessments.filter(part="bureau").update(state=AssessmentState.REPLACED)
    new = freezing.correct(card, by=people["district"], reason="陈述成立")
    link = Publication.objects.get(kind=PublicationKind.CORRECTION)
    said = json.loads(link.text)
    # Typed by hand, it may name somebody: it can be erased, and the chain still holds.
    assert ("陈述成立" in link.text, said["cards"][0]["card"]) == (False, str(new.public_id))
    words = link.personal.get()
    assert (words.field, words.text) == ("reason", "陈述成立")
    assert len(said["cards"]) == 2
    assert "Nothing that was published has changed" in _said()
    publications.erase(words, by=people["district"])
    assert "Nothing that was published has changed" in _said()


@pytest.mark.django_db
def test_personal_words_stay_out_and_can_be_forgotten(
    published: Period, people: dict[str, User]
) -> None:
    link = publications.append(
        kind=PublicationKind.CORRECTION,
        place=published.scheme.place,
        title="红榜",
        subject=UUID(int=7),
        content={"reason": "陈述成立"},
        personal={"representative": "钱经理"},
    )
    assert "钱经理" not in link.text
    words = PersonalText.objects.get(publication=link)
    assert "Nothing that was published has changed" in _said()
    PersonalText.objects.filter(pk=words.pk).update(text="别人")
    assert f"{link.sequence} names other personal words" in _said()
    PersonalText.objects.filter(pk=words.pk).delete()
    assert f"{link.sequence} names other personal words" in _said()
    words.save(force_insert=True)
    with pytest.raises(NotAllowed):
        publications.erase(words, by=people["manager"])
    publications.erase(words, by=people["district"])
    words.refresh_from_db()
    assert (words.text, words.salt) == ("", "")
    assert "Nothing that was published has changed" in _said()


# --- What the database's owner could do --------------------------------------------------


def _as_owner(statement: str) -> None:
    """Past the triggers, as whoever owns the database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def three(published: Period) -> Period:
    for number in (2, 3):
        publications.append(
            kind=PublicationKind.CORRECTION,
            place=published.scheme.place,
            title=f"名单{number}",
            subject=UUID(int=number),
            content={"number": number},
        )
    publications.write_witness()
    return published


OWNER = {
    "another text": (
        "UPDATE ratings_publication SET text = '{}' WHERE sequence = 2",
        "2 was changed 名单2",
    ),
    "another place in the order": (
        "UPDATE ratings_publication SET sequence = 9 WHERE sequence = 2",
        "2 is missing",
    ),
    "one taken away": ("DELETE FROM ratings_publication WHERE sequence = 2", "2 is missing"),
    "the last one taken away": (
        "DELETE FROM ratings_publication WHERE sequence = 3",
        "3 is missing",
    ),
    "the last one and the head": (
        "DELETE FROM ratings_publication WHERE sequence = 3;"
        "UPDATE ratings_chainhead SET sequence = 2",
        "3 is missing",
    ),
    "a better score": (
        "UPDATE ratings_scorecard SET total = 99 WHERE estate_id IS NULL",
        "1 differs from what it was published from",
    ),
    "other inputs": (
        "UPDATE ratings_scorecard SET inputs = '{}'",
        "1 differs from what it was published from",
    ),
    "somebody else's score": (
        "UPDATE ratings_scorecard SET body_id = (SELECT MAX(id) FROM communities_body)"
        " WHERE id = (SELECT MIN(id) FROM ratings_scorecard)",
        "1 differs from what it was published from",
    ),
    "a table taken off the page": (
        "UPDATE ratings_period SET state = 'frozen', published_at = NULL",
        "1 differs from what it was published from",
    ),
    "the head put back": (
        "UPDATE ratings_chainhead SET sequence = 2, hash ="
        " (SELECT hash FROM ratings_publication WHERE sequence = 2)",
        "3 is the last link, and the head of the chain names another",
    ),
    "another seal in the head": (
        "UPDATE ratings_chainhead SET hash = 'made up'",
        "3 is the last link, and the head of the chain names another",
    ),
    "the head taken away": (
        "DELETE FROM ratings_chainhead",
        "3 is the last link, and the head of the chain names another",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", OWNER)
def test_whatever_the_owner_of_the_database_changes_is_named(change: str, three: Period) -> None:
    assert "Nothing that was published has changed" in _said()
    statements, words = OWNER[change]
    for statement in statements.split(";"):
        _as_owner(statement)
    said = _said()
    assert words in said
    assert "something past was changed" in said
    assert publications.verify_chain() > 0
    head = ChainHead.objects.get()
    assert head.broken


@pytest.mark.django_db
def test_a_card_put_into_a_published_table_is_named(published: Period) -> None:
    other = factories.body(BodyKind.FIRM, published.scheme.place, "和美物业")
    listed.scored(published, other, "99")
    said = _said()
    assert "- stands as published, and no link says so: 和美物业" in said
    assert "1 differences" in said


@pytest.mark.django_db
def test_a_chain_made_anew_by_its_owner_is_found_by_a_printed_hash(three: Period) -> None:
    printed = Publication.objects.get(sequence=2).hash
    previous = chain.BEGINNING
    for row in Publication.objects.order_by("sequence"):
        text = row.text.replace("87.04", "97.04")
        made = chain.Link(
            row.sequence, row.kind, row.title, str(row.subject), row.published_at, text, previous
        ).reckoned
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE ratings_publication SET text=%s, hash=%s, previous_hash=%s WHERE id=%s",
                [text, made, previous, row.pk],
            )
        previous = made
    ChainHead.objects.update(hash=previous)
    assert "2 is not what was written down" in _said()
    assert "2 is not what was written down" in _said("--witness", "/nowhere", f"2:{printed}")


@pytest.mark.race
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE ratings_publication SET text = '{}'", "DELETE FROM ratings_publication"]
)
def test_postgresql_itself_changes_no_publication(three: Period, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never edited or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_application_changes_no_publication(published: Period) -> None:
    link = Publication.objects.get()
    for change in (link.save, link.delete, Publication.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        Publication.objects.update(text="")
    assert link.text


@pytest.mark.django_db
def test_links_are_written_down_elsewhere_once(three: Period, settings: Settings) -> None:
    lines = settings.WITNESS_FILE.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert publications.write_witness() == 0
    assert Decimal(len(lines)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["abc", "3", "x:y"])
def test_a_hash_is_given_with_its_number(words: str, published: Period) -> None:
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_publications", words)
