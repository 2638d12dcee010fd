"""The portal's words: found wherever they stand, kept quietly, and all of them Chinese."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings as portal
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from complaints.workflow import Status, Verb
from governance import translations as words
from notifications.models import Notification
from notifications.wording import sentence_of
from ratings.models import Addressee, AssessmentState, StepVerb

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings


def found_in(folder: Path, text: str, name: str = "templates/page.html") -> set[object]:
    """What is collected from one file of that text: msgids, or (context, msgid)."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    catalog = words.collect(words.sources(folder))
    return {(m.context, m.id) if m.context else m.id for m in words.sentences(catalog)}


def catalog_of(*messages: tuple[str | tuple[str, ...], str]) -> Catalog:
    catalog = Catalog(words.LANGUAGE)
    for msgid, msgstr in messages:
        catalog.add(msgid, msgstr if isinstance(msgid, str) else (msgstr,))
    return catalog


def told(msgid: str | tuple[str, ...], msgstr: str) -> list[str]:
    """The faults of one translated sentence."""
    catalog = catalog_of((msgid, msgstr))
    return [problem.what for problem in words.problems(catalog, catalog)]


# --- Collecting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "msgid"),
    [
        ('{% translate "Sign in" %}', "Sign in"),
        ("{% translate 'Sign in' as words %}", "Sign in"),
        ('{% translate "May" context "month" %}', ("month", "May")),
        ("{% blocktranslate %}Call {{ n }}{% endblocktranslate %}", "Call %(n)s"),
        ("{% blocktranslate with n=a.b %}Call {{ n }}{% endblocktranslate %}", "Call %(n)s"),
        ("{% blocktranslate trimmed %}\n  One\n  two\n{% endblocktranslate %}", "One two"),
        ('{% blocktranslate context "x" %}A  b{% endblocktranslate %}', ("x", "A  b")),
        (
            "{% blocktranslate count n=k %}a day{% plural %}{{ n }} days{% endblocktranslate %}",
            ("a day", "%(n)s days"),
        ),
        ('{% include "a.html" with label=_("Where") %}', "Where"),
        ('{{ _("Hello") }}', "Hello"),
        ('{{ name|default:_("Nobody") }}', "Nobody"),
        ('   <p title="{% translate "Deep" %}">\n\t(</p>', "Deep"),
    ],
)
def test_sentences_of_templates_are_found(tmp_path: Path, text: str, msgid: object) -> None:
    assert found_in(tmp_path, text) == {msgid}


@pytest.mark.parametrize(
    ("text", "msgid"),
    [
        ('x = _("One")', "One"),
        ('x = gettext_lazy("One "\n    "two")', "One two"),
        ('x = ngettext("%(n)s day", "%(n)s days", n)', ("%(n)s day", "%(n)s days")),
        ('x = pgettext_lazy("month", "May")', ("month", "May")),
        ('x = npgettext("deep", "a day", "days", n)', ("deep", ("a day", "days"))),
        ('from x import gettext as _now\ny = _now("Soon")', "Soon"),
    ],
)
def test_sentences_of_python_are_found(tmp_path: Path, text: str, msgid: object) -> None:
    assert found_in(tmp_path, text, "app/views.py") == {msgid}


def test_what_does_not_speak_to_readers_is_left_alone(tmp_path: Path) -> None:
    assert not found_in(tmp_path, '_("In a test")', "tests/test_x.py")
    assert not found_in(tmp_path, '_("In a migration")', "app/migrations/0001.py")
    assert not found_in(tmp_path, '{% translate "No template" %}', "notes/readme.txt")


def test_notices_in_plain_text_are_templates_too(tmp_path: Path) -> None:
    text = '{% translate "Your report was answered" %}'
    assert found_in(tmp_path, text, "templates/kinds/answer.txt") == {"Your report was answered"}


# --- Keeping ----------------------------------------------------------------------------------


def test_translations_are_kept_and_sentences_that_are_gone_are_dropped() -> None:
    old = catalog_of(("Stays", "留下"), ("Goes", "走了"))
    new = words.merged(catalog_of(("Stays", ""), ("Comes", "")), old)
    assert {m.id: m.string or "" for m in words.sentences(new)} == {"Stays": "留下", "Comes": ""}


def test_a_sentence_that_gets_a_plural_keeps_one_chinese_form() -> None:
    new = words.merged(catalog_of((("Day", "Days"), "")), catalog_of(("Day", "天")))
    assert [m.string for m in words.sentences(new)] == [("天",)]


def test_the_file_is_quiet(tmp_path: Path) -> None:
    catalog = catalog_of(("Later", "以后"), ("Earlier", "以前"))
    text = words.written(catalog)
    assert text.index("Earlier") < text.index("Later")
    assert "#:" not in text and "Date" not in text
    path = tmp_path / "django.po"
    path.write_text(text, encoding="utf-8")
    assert words.written(words.read(path)) == text


def test_compiling_happens_once_and_again_when_a_word_changes(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text(words.written(catalog_of(("Estate", "小区"))), encoding="utf-8")
    assert words.compiled(po)
    assert not words.compiled(po)
    po.write_text(words.written(catalog_of(("Estate", "院落"))), encoding="utf-8")
    os.utime(po, (1, 1))  # as a checkout of an older one may be
    assert words.compiled(po)
    with po.with_suffix(".mo").open("rb") as file:
        assert read_mo(file)["Estate"].string == "院落"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["django.mo", "django.po"]


# --- Checking ---------------------------------------------------------------------------------


def test_missing_and_left_over_sentences_are_told() -> None:
    problems = words.problems(catalog_of(("New", "")), catalog_of(("Old", "旧")))
    assert [p.msgid for p in problems] == ["New", "Old"]
    assert "extract" in str(problems[0]) and "no longer" in str(problems[1])


def test_a_fuzzy_translation_is_told() -> None:
    catalog = Catalog(words.LANGUAGE)
    catalog.add("Estate", "小区", flags=["fuzzy"])
    assert [p.what.split()[1] for p in words.problems(catalog, catalog)] == ["fuzzy:"]


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [
        ("Call %(number)s", "拨打 %(nummer)s"),
        ("Call %(number)s", "拨打"),
        ("{name} left", "还剩"),
        ("%s left", "还剩"),
        (("%(n)s day", "%(n)s days"), "天"),
        ("Read <a href='#'>this</a>", "请看这里"),
        ("Estate", ""),
        ("\nEstate", "小区"),
        ("Good, better", "好,更好"),
        ("Good.", "好."),
        ("Good (very)", "好(很)"),
        ("%(n)s, good", "%(n)s好,"),
        ("the “good”", '叫"好"的'),
        ("小区", "小区"),
    ],
)
def test_a_faulty_translation_is_told(msgid: str | tuple[str, ...], msgstr: str) -> None:
    assert told(msgid, msgstr)


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [
        ("Call %(number)s, please.", "请拨打 %(number)s。"),
        ("%(a)s of %(b)s", "%(b)s 中的 %(a)s"),
        (("%(n)s day", "%(n)s days"), "%(n)s 天"),
        ("one day", "到10:30为止，共 2.5 天"),
        ("100% of it", "全部"),
    ],
)
def test_a_sound_translation_passes(msgid: str | tuple[str, ...], msgstr: str) -> None:
    assert told(msgid, msgstr) == []


def test_chinese_in_a_template_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>红管家</p>\n<p>你好</p>\n", encoding="utf-8")
    assert words.chinese_in(page) == ["<p>你好</p>"]


def test_the_command_names_what_is_wrong_and_fails(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(words, "PO", tmp_path / "locale" / "django.po")
    found_in(tmp_path, '<p>你好</p>{% translate "Sign in" %}')
    call_command("translations", "extract", stdout=StringIO())
    with pytest.raises(CommandError) as refusal:
        call_command("translations", "check")
    assert "你好" in str(refusal.value)
    assert "not translated: 'Sign in'" in str(refusal.value)


def test_every_sentence_of_the_portal_is_translated() -> None:
    out = StringIO()
    call_command("translations", "check", stdout=out)
    assert "all translated" in out.getvalue()


def test_borrowed_sentences_are_still_the_libraries_own() -> None:
    ways = ("django/forms/*.py", "django/core/validators.py", "rest_framework/*.py")
    libraries = Path(django.__file__).parents[1]
    paths = [path for way in ways for path in libraries.glob(way)]
    paths.append(libraries / "django/contrib/auth/password_validation.py")
    theirs = {words.forms(m.id)[0] for m in words.sentences(words.collect(paths))}
    ours = words.collect([portal.BASE_DIR / "governance" / "borrowed_words.py"])
    assert [m.id for m in words.sentences(ours) if words.forms(m.id)[0] not in theirs] == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (lambda: AssessmentState.DRAFT.label, "填写中"),
        (lambda: StepVerb.ASKED.label, "提出整改"),
        (lambda: Addressee.FIRM.label, "物业企业"),
        (lambda: translation.pgettext("a workbook", "About"), "说明"),
    ],
)
def test_an_english_word_of_many_meanings_is_said_by_what_it_means_here(
    word: Callable[[], str], said: str
) -> None:
    with translation.override("zh-hans"):
        assert str(word()) == said


def test_a_borrowed_sentence_is_said_in_our_words() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("This field is required.") == "此项必填。"
    with translation.override("en"):
        assert translation.gettext("This field is required.") == "This field is required."


def test_chinese_sentences_of_a_notice_follow_without_a_space() -> None:
    facts = {
        "reference": "9901",
        "stage": "inspect",
        "rung": "district",
        "due_at": "2026-03-02T12:00:00+08:00",
    }
    with translation.override("zh-hans"):
        said = sentence_of(Notification(kind="order_late", facts=facts))
    assert "。已提级至区县。" in said


# --- The words of the trade -------------------------------------------------------------------


def chinese(sentence: str) -> str:
    return words.forms(words.read(words.PO)[sentence].string)[0]


@pytest.mark.parametrize(
    ("status", "official"),
    [
        (Status.REPORTED, "已上报·待受理"),
        (Status.DISPATCHED, "已派单·待签收"),
        (Status.HANDLING, "处理中"),
        (Status.HANDLED, "已处置·待核实"),
        (Status.ANSWERED, "已反馈·待评价"),
        (Status.RECHECK, "回访核实"),
        (Status.CLOSED, "已办结"),
        (Status.REFUSED, "不予受理"),
        (Status.MERGED, "已并案"),
        (Status.WITHDRAWN, "已撤回"),
    ],
)
def test_a_status_reads_as_the_trade_writes_it(status: Status, official: str) -> None:
    with translation.override("en"):
        assert chinese(str(status.label)) == official


@pytest.mark.parametrize(
    ("verb", "official"),
    [
        (Verb.DISPATCH, "派单"),
        (Verb.ACCEPT, "签收"),
        (Verb.RETURN_ORDER, "退单"),
        (Verb.ATTEND, "到场处置"),
        (Verb.REFER_UP, "提级"),
        (Verb.MERGE, "并案"),
        (Verb.URGE, "催办"),
    ],
)
def test_a_verb_reads_as_the_trade_says_it(verb: Verb, official: str) -> None:
    with translation.override("en"):
        assert chinese(str(verb.label)) == official
