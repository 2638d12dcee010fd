"""The words, marks and fields every page is made of."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from common.now import SHANGHAI
from common.timewords import ago, clocktime, clockwords, duration, time_left
from complaints.workflow import Status
from governance import stylebook
from governance.stylebook import SamplePromise
from governance.templatetags.house import STATUS_LOOKS, percent

pytestmark = pytest.mark.usefixtures("in_english")


ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
AT = datetime(2026, 2, 27, 15, 40, tzinfo=SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def render(source: str, **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context))


# --- Times ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "under a minute"),
        (timedelta(seconds=59), "under a minute"),
        (MINUTE, "1 min"),
        (HOUR, "1 h"),
        (2 * HOUR + 10 * MINUTE + timedelta(seconds=59), "2 h 10 min"),
        (DAY, "1 d"),
        (3 * DAY + 4 * HOUR + 30 * MINUTE, "3 d 4 h"),
        (-3 * HOUR, "3 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(span: timedelta, words: str) -> None:
    assert duration(span) == words


def test_the_moment_a_promise_falls_due_is_late() -> None:
    assert time_left(AT, AT) == "Late by under a minute"
    assert time_left(AT, AT - MINUTE) == "1 min left"


def test_the_end_of_a_day_is_written_as_24_oclock_of_that_day() -> None:
    midnight = datetime(2026, 2, 27, 16, 0, tzinfo=UTC)
    assert clocktime(midnight) == "2026-02-27 24:00"
    assert clockwords(midnight, AT) == "Fri 27 Feb, 24:00"


def test_a_second_after_midnight_belongs_to_the_new_day() -> None:
    assert clocktime(datetime(2026, 2, 27, 16, 0, 1, tzinfo=UTC)) == "2026-02-28 00:00"


def test_the_last_midnight_of_a_year_still_belongs_to_that_year() -> None:
    new_year = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    assert clocktime(new_year) == "2026-12-31 24:00"
    assert clockwords(new_year, AT) == "Thu 31 Dec, 24:00"


def test_the_year_is_told_when_it_is_another() -> None:
    assert clockwords(AT, AT + 365 * DAY) == "Fri 27 Feb 2026, 15:40"
    assert clockwords(AT) == "Fri 27 Feb 2026, 15:40"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (59 * MINUTE, "59 min ago"),
        (23 * HOUR, "23 h ago"),
        (6 * DAY + 23 * HOUR, "6 d ago"),
        (7 * DAY, "20 Feb, 15:40"),
    ],
)
def test_how_long_ago_it_was(passed: timedelta, words: str) -> None:
    assert ago(AT - passed, AT) == words


def test_no_moment_gives_no_words() -> None:
    assert (clocktime(None), clockwords(None), ago(None, AT)) == ("", "", "")
    assert render("{% left due at %}", due=None, at=AT).strip() == ""


# --- Promises ---------------------------------------------------------------------------------


def shown(**facts: Any) -> str:
    promise = SamplePromise("Handling", facts.pop("due_at", AT), **facts)
    return render("{% deadline d at %}", d=promise, at=facts.pop("at", AT))


def test_an_open_promise_tells_the_clock_and_the_time_left() -> None:
    html = shown(due_at=AT + 2 * HOUR + 10 * MINUTE)
    assert "Fri 27 Feb, 17:50" in html
    assert 'datetime="2026-02-27T17:50:00+08:00"' in html
    assert "2 h 10 min left" in html
    assert "deadline-normal" in html


def test_lateness_is_told_by_a_word_and_an_icon_as_well_as_by_colour() -> None:
    html = shown(due_at=AT - 3 * HOUR)
    assert "Late by 3 h" in html
    assert "icons.svg#late" in html


def test_the_last_hour_is_marked() -> None:
    assert "deadline-soon" in shown(due_at=AT + HOUR)
    assert "deadline-normal" in shown(due_at=AT + HOUR + timedelta(seconds=1))


def test_a_promise_kept_just_in_time_and_one_kept_a_moment_too_late() -> None:
    assert "Met on time" in shown(met_at=AT - timedelta(microseconds=1))
    late = shown(met_at=AT)
    assert "Met late" in late
    assert "Met on time" not in late


def test_a_void_promise_is_no_longer_counted_and_never_late() -> None:
    html = shown(due_at=AT - HOUR, void_at=AT - 2 * HOUR)
    assert "No longer counted" in html
    assert "Late by" not in html


def test_a_provisional_date_says_so_and_a_second_round_says_so() -> None:
    html = shown(provisional=True, round=2)
    assert "provisional" in html
    assert "round 2" in html
    plain = shown()
    assert "provisional" not in plain
    assert "round" not in plain


# --- Marks ------------------------------------------------------------------------------------


def sprite() -> set[str]:
    text = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([^"]+)"', text))


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    asked = {icon for _tone, icon in STATUS_LOOKS.values()}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'{% icon "([^"]+)"', text))
    assert asked - {"…"} <= sprite()


def test_a_status_is_told_by_icon_and_word() -> None:
    html = render('{% status "closed" "Closed" %}')
    assert "icons.svg#done" in html
    assert "Closed" in html


def test_every_status_has_a_look_and_a_name_of_its_own() -> None:
    assert set(STATUS_LOOKS) == set(Status)
    assert "Being handled" in render('{% status "handling" %}')


def test_a_label_is_never_taken_for_markup() -> None:
    assert "<b>" not in render("{% status 'closed' label %}", label="<b>")


def test_a_share_of_nothing_is_blank_and_never_all() -> None:
    assert percent(0, 0) == ""
    assert percent(1552, 2117) == "73.3 %"


# --- Forms ------------------------------------------------------------------------------------


class Sheet(forms.Form):
    name = forms.CharField(help_text="As people call it")
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)


FIELD = '{% include "components/_field.html" with field=field only %}'


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    html = render(FIELD, field=Sheet({})["name"])
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_without_hint_or_error_points_nowhere() -> None:
    assert "aria-describedby" not in render(FIELD, field=Sheet()["size"])


def test_a_choice_is_a_group_with_a_legend() -> None:
    html = render(FIELD, field=Sheet({})["size"])
    assert "<legend" in html
    assert '<fieldset aria-describedby="id_size_error"' in html
    assert html.count('type="radio"') == 2


def test_what_was_typed_is_shown_again() -> None:
    assert 'value="Li &amp; Sons"' in render(FIELD, field=Sheet({"name": "Li & Sons"})["name"])


def test_every_link_of_the_error_summary_leads_to_a_field() -> None:
    form = Sheet({})
    summary = render('{% include "components/_errors.html" with form=form only %}', form=form)
    fields = "".join(render(FIELD, field=field) for field in form)
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == 2
    for link in links:
        assert f'id="{link}"' in fields


def test_a_form_without_errors_has_no_summary() -> None:
    source = '{% include "components/_errors.html" with form=form only %}'
    assert render(source, form=Sheet()).strip() == ""


def token(html: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found
    return found[1]


def test_a_fresh_form_carries_a_fresh_token() -> None:
    first, second = (token(render("{% form_token %}")) for _ in range(2))
    assert first != second
    assert len(first) >= 22


def test_a_form_that_came_back_keeps_its_token_and_its_neighbour_does_not() -> None:
    request = RequestFactory().post("/", {"form_token": "a" * 24})
    back, other = Sheet({}), Sheet()
    source = "{% form_token form %}"
    assert token(render(source, request=request, form=back)) == "a" * 24
    assert token(render(source, request=request, form=other)) != "a" * 24


def test_a_made_up_token_is_not_repeated() -> None:
    request = RequestFactory().post("/", {"form_token": '"><script>'})
    assert "script" not in render("{% form_token %}", request=request)


# --- Pages ------------------------------------------------------------------------------------


def test_the_stylebook_shows_every_part() -> None:
    html = render_to_string("stylebook.html", stylebook.parts())
    inner = {"_field_label", "_field_words", "_left", "_deadline", "_status", "_form_token"}
    framed = {"_header", "_bell", "_account_menu", "_messages", "_footer", "_lost", "_refused"}
    # Told by the frame and by the overview, when there is something to warn of.
    framed |= {"_clock_warning", "_calendar_warning"}
    for path in (ROOT / "templates/components").glob("_*.html"):
        if path.stem not in inner | framed:
            assert path.name in html, path.name


ERRORS = ["400.html", "403.html", "404.html", "500.html", "503.html", "csrf.html"]


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_neither_a_request_nor_the_database(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert 'href="/"' in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_a_script_or_a_style_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", text)


# --- Colours ----------------------------------------------------------------------------------


def tokens() -> dict[str, str]:
    text = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+):\s*#([0-9a-f]{3,6});", text))


def luminance(colour: str) -> float:
    full = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TONES = ["waiting", "moving", "yours", "good", "ended", "late", "act", "brand"]


@pytest.mark.parametrize("tone", TONES)
def test_every_tone_can_be_read_on_its_wash_on_cards_and_on_paper(tone: str) -> None:
    known = tokens()
    for ground in (known[f"{tone}-wash"], known["card"], known["paper"]):
        assert contrast(known[tone], ground) >= 4.5


@pytest.mark.parametrize(("text", "least"), [("ink", 7), ("soft", 4.5), ("edge", 3)])
def test_plain_text_and_borders_can_be_seen(text: str, least: float) -> None:
    known = tokens()
    for ground in ("card", "paper"):
        assert contrast(known[text], known[ground]) >= least


def test_chinese_sets_no_space_between_words_of_a_time() -> None:
    with translation.override("zh-hans"):
        assert time_left(AT, AT + timedelta(seconds=20)) == "已超时不到 1 分钟"


class _Twice(forms.Form):
    firm = forms.CharField(label="Property firm")
    document = forms.CharField(label="Document number")
    number = forms.IntegerField(label="How many", error_messages={"required": "Say how many."})


def test_the_summary_says_of_which_field_each_error_is() -> None:
    page = render('{% include "components/_errors.html" %}', form=_Twice({"firm": ""}))
    said = re.findall(r"<a [^>]*>(.*?)</a>", page)
    assert said == [
        "Property firm: This field is required.",
        "Document number: This field is required.",
        "Say how many.",
    ]
