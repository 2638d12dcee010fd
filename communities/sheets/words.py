"""Why a row, a cell or a whole workbook is refused, and what else is worth a word: by code.

Rows keep the code and its facts, never a sentence: whoever reads them reads their own language.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Said = tuple[str, dict[str, Any]]

SENTENCES: "dict[str, StrOrPromise]" = {
    # The workbook.
    "not_excel": _("This is not an Excel workbook. Save the list as .xlsx and send that."),
    "old_excel": _(
        "This is an old .xls file or is protected by a password. Open it in Excel or WPS, save it"
        " as .xlsx without a password and send that."
    ),
    "too_large": _("The file is larger than %(most)d MB. Send the list in parts."),
    "unpacks_too_large": _("There is too much in this workbook. Send the list alone, in parts."),
    "unreadable": _("This workbook is damaged. Open it, save it anew and send it again."),
    "no_headings": _(
        "No sheet has the headings of this list. Download the template and use its headings."
    ),
    "too_many_rows": _("There are more than %(most)d rows. Send the list in parts."),
    "no_rows": _("There are no rows under the headings."),
    "given_up": _("Reading this workbook failed several times. Please send a smaller part of it."),
    "failed": _("Something went wrong on our side while this was worked on. Nothing was written."),
    "not_yours": _("Whoever sent this no longer keeps the register of %(place)s."),
    "changed_since": _(
        "The register has changed since this was read, so nothing was written. The rows below say"
        " what would come of it now: look at them and send the list again."
    ),
    # What was left out or chosen.
    "took_sheet": _("Read from the sheet “%(name)s”; the other sheets were left out."),
    "unknown_columns": _("Columns not known here were left out: %(names)s"),
    "left_out_hidden": _("Hidden rows left out: %(n)d"),
    "left_out_totals": _("Rows of totals left out: %(n)d"),
    # A cell.
    "missing": _("This must be filled in."),
    "too_long": _("This is longer than %(most)d characters."),
    "broken_formula": _("The formula in this cell could not be reckoned (%(said)s)."),
    "shortened_number": _(
        "Excel has cut off the last digits of this number. Format the column as text and enter the"
        " code anew."
    ),
    "no_phone": _("“%(said)s” is not a telephone number."),
    "year_alone": _("“%(said)s” is a year alone; write the month and the day too."),
    "no_date": _("“%(said)s” is not a day; write it like 2024-05-01."),
    "no_such_day": _("“%(said)s” is a day that does not exist."),
    "no_number": _("“%(said)s” is not a number."),
    "unknown_unit": _("The unit “%(unit)s” is not known here."),
    "too_big": _("“%(said)s” is too large a number."),
    "not_whole": _("“%(said)s” is not a whole number."),
    "below_nothing": _("“%(said)s” is less than nothing."),
    "not_positive": _("This must be more than nothing."),
    "no_yes_no": _("“%(said)s” is neither yes nor no."),
    "no_choice": _("“%(said)s” is none of the choices of this column."),
    "date_as_name": _("Excel has made a date of this name. Format the column as text."),
    # What a row says about the register.
    "twice": _("Row %(number)d of this list says the same one already."),
    "not_within": _("“%(name)s” is not within %(place)s."),
    "unknown": _("There is no “%(said)s” in the register."),
    "ambiguous": _("Several are called “%(said)s”: %(names)s. Give the code instead."),
    "served_by_own_firm": _("This estate is served by a firm you hold an office at."),
    "code_does_not_fit": _("This code does not fit the kind and place."),
    "code_was_given": _("This code is or was another's."),
    "no_number_left": _("There is no free number left here."),
    "name_taken": _("There is already one of this name: %(code)s."),
    "needs_entrance": _("Say the entrance: this building has %(n)d."),
    "mode_has_its_page": _(
        "How an estate is served is changed on its own page, with a day and the grounds."
    ),
    "under_construction": _("What is under construction has not been delivered yet."),
    "still_to_come": _("This day is still to come."),
    "latitude_alone": _("Give latitude and longitude, or neither."),
    "not_on_globe": _("This is not a place on the globe."),
    "other_firm_serves": _("Another contract holds for this estate at that time."),
    "seat_elsewhere": _("Its seat is not within %(place)s."),
    "no_committee": _("This estate has no such committee. Enter it first."),
    "fixed": _("This cannot be changed by a list."),
    "other_name": _("This telephone number belongs to somebody of another name."),
    # What is worth a word of a row that is not refused.
    "to_be_invited": _(
        "Nobody has an account with this number: the person is invited, and gets account and office"
        " by a link that you hand over."
    ),
    "invited_already": _("Invited already; the office is theirs once they open the link."),
}


def say(said: Said | list[Any]) -> str:
    """One sentence in the language of the reader."""
    code, facts = said[0], said[1]
    if code == "refused":  # a verb's own words, kept in every language
        return str(facts.get((get_language() or "").lower(), facts.get("en", "")))
    sentence = str(SENTENCES.get(code, SENTENCES["failed"]))
    try:
        return sentence % facts
    except (KeyError, TypeError, ValueError):
        return sentence


def say_all(many: Iterable[Said | list[Any]]) -> str:
    return " ".join(say(one) for one in many)


def sentences_of(words: Mapping[str, Any]) -> dict[str, list[str]]:
    """The sentences of a refused row by column."""
    return {name: [say(one) for one in many] for name, many in words.items()}
