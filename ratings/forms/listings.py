"""What the pages of red and black lists ask for: what the law has recorded with each step."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.forms import Day
from communities.models import COMMITTEE_BODIES, Body, BodyKind, PartyLevel, Place
from ratings.actions.listings import SUBJECTS
from ratings.forms.assessments import ManyFile
from ratings.forms.fields import firm_field
from ratings.models import Assessment, Listing, Objection, Scheme
from ratings.permissions.assessments import sheet_of
from ratings.queries.listings import sheets_of
from ratings.queries.period_page import sheet_name
from ratings.queries.standings import KINDS
from ratings.terms import Subject
from ratings.workflow import LAW, SHOWN_WITH, About, ListingVerb, ListKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 2000
V = ListingVerb
# What the words of a step are called on its form, where "Words" alone would not do.
LABELS: "dict[ListingVerb, StrOrPromise]" = {
    V.JOINT_CHECK: _("What the departments found"),
    V.INTERVIEW: _("What was said in the interview"),
    V.RECHECK: _("What was found when it was checked again"),
    V.SERVE: _("Facts, grounds and rules, as the notice says them"),
    V.STATE_CASE: _("Statement and defence"),
    V.ASK_CORRECTION: _("In what they are right"),
    V.CORRECT: _("Why the score is corrected"),
    V.KEEP_SCORE: _("Why the score stands"),
    V.DECIDE: _("Reasons of the decision, with what was stated"),
    V.DECIDE_AGAINST: _("Reasons of the decision"),
    V.LEGAL_REVIEW: _("Opinion of the legal review"),
    V.ASK_REPAIR: _("What was put right, with its proof"),
}
NAMES: "dict[str, StrOrPromise]" = {
    "departments": _("Departments that took part"),
    "met_on": _("Day of the meeting"),
    "rectify": _("What is to be put right, and by when"),
    "number": _("Number of the notice"),
    "how": _("How and when it was served"),
    "minutes": _("Number of the minutes"),
    "document_number": _("Document number"),
}
LONG = frozenset({"rectify", "how"})


class _Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _words(label: "StrOrPromise", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Say it in a sentence.")},
    )


class FilesField(forms.Field):
    """Photos and documents as they came; the verb looks at them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Photos and documents"),
            required=False,
            help_text=_("Up to 9 photos, or PDF documents, 15 MB each. Only the parties see them."),
            widget=ManyFile(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        )


class StepForm(forms.Form):
    """One step of the law: a field for each thing that must be recorded with it."""

    def __init__(
        self, data: QueryDict | None, files: Any = None, *, verb: ListingVerb, of: Listing
    ) -> None:
        self.verb = verb
        super().__init__(data, files, auto_id=f"{verb.value}-%s")
        for name in LAW[verb].asks:
            self.fields[name] = self._field(name, of)
        if verb in SHOWN_WITH:
            self.fields["attached"] = FilesField()

    def _field(self, name: str, of: Listing) -> forms.Field:
        if name == "text":
            return _words(LABELS.get(self.verb, _("Reason")))
        if name == "met_on":
            return forms.DateField(label=NAMES[name], widget=Day)
        if name == "publish_at":
            return forms.DateTimeField(label=_("Published at"), widget=_Moment)
        if name == "sheet":
            return forms.ChoiceField(label=_("The sheet that is wrong"), choices=_sheets(of))
        if name in LONG:
            return _words(NAMES[name], rows=3)
        return forms.CharField(label=NAMES[name], max_length=80)


def _sheets(of: Listing) -> list[tuple[str, str]]:
    return [(str(sheet.public_id), _said(sheet)) for sheet in sheets_of(of)]


def _said(sheet: Assessment) -> str:
    return f"{sheet.estate.name} · {sheet_name(sheet_of(sheet).part, sheet.method)} · {sheet.on}"


# How a committee, a branch or an estate is asked for: there are thousands in a county.
ASKED: "dict[About, StrOrPromise]" = {
    About.COMMITTEE: _("Name or code of the committee"),
    About.BRANCH: _("Name or code of the party branch"),
    About.ESTATE: _("Name or code of the estate"),
}
BRANCHES = (PartyLevel.GENERAL_BRANCH, PartyLevel.BRANCH)
MOST_NAMED = 5


class ProposeForm(forms.Form):
    """A firm, committee, branch or estate of the district, proposed by hand."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("red or black", "Which list"),
        choices=ListKind.choices,
        widget=forms.RadioSelect,
    )
    scheme = forms.ModelChoiceField(
        Scheme.objects.none(),
        label=_("By the steps of this scheme"),
        to_field_name="public_id",
        empty_label=_("Please choose"),
    )
    body = firm_field()
    of = forms.CharField(max_length=120)
    grounds = _words(_("Grounds, as they would be published"))
    evidence = _words(_("Evidence: documents, records, photos on file"))
    attached = FilesField()

    def __init__(
        self,
        data: QueryDict | None,
        files: Any = None,
        *,
        place: Place,
        about: About = About.FIRM,
    ) -> None:
        super().__init__(data, files)
        self.place, self.about = place, about
        schemes = Scheme.objects.filter(place=place, versions__settled_at__isnull=False)
        if about in SUBJECTS:
            schemes = schemes.filter(subject=SUBJECTS[about])
        self.fields["scheme"].queryset = schemes.distinct().order_by("pk")  # type: ignore[attr-defined]
        if about == About.FIRM:
            self.fields["body"].queryset = self._named().order_by("name")  # type: ignore[attr-defined]
            del self.fields["of"]
        else:
            self.fields["of"].label = ASKED[about]
            del self.fields["body"]

    def _named(self) -> "QuerySet[Any]":
        """What can be proposed: those of the district."""
        if self.about == About.ESTATE:
            return Place.objects.estates().under(self.place.code)
        rows = Body.objects.filter(place__code__startswith=self.place.code, dissolved_on=None)
        if self.about == About.BRANCH:
            return rows.filter(party__level__in=BRANCHES)
        kinds = (BodyKind.FIRM,) if self.about == About.FIRM else COMMITTEE_BODIES
        return rows.filter(kind__in=kinds)

    def clean_of(self) -> Any:
        """The one of this code or this name, or of the only name that holds what was typed."""
        words = self.cleaned_data["of"].strip()
        rows = self._named().order_by("code")
        for fits in (Q(code=words), Q(name=words), Q(name__icontains=words)):
            found = list(rows.filter(fits)[: MOST_NAMED + 1])
            if len(found) == 1:
                return found[0]
            if found:
                raise forms.ValidationError(_several(found))
        raise forms.ValidationError(_("There is none of this name or code here."))

    @property
    def said(self) -> dict[str, Any]:
        """As the verb takes it."""
        found = {name: said for name, said in self.cleaned_data.items() if name != "attached"}
        if "of" in found:
            found["estate" if self.about == About.ESTATE else "body"] = found.pop("of")
        return found


def _several(found: "list[Any]") -> str:
    named = "、".join(f"{row.name}（{row.code}）" for row in found[:MOST_NAMED])
    return gettext("Several fit, enter the code of one: %(named)s") % {"named": named}


class VetoForm(forms.Form):
    """A veto item in effect, by a document."""

    body = firm_field()
    code = forms.ChoiceField(label=_("Veto item"))
    document = forms.CharField(
        label=_("Document that says so"),
        max_length=120,
        help_text=_("A penalty, judgment, audit or discipline finding in effect, with its number."),
    )
    from_on = forms.DateField(label=_("In effect from"), widget=Day)
    until_on = forms.DateField(label=_("In effect until, if known"), widget=Day, required=False)

    def __init__(self, data: QueryDict | None, *, scheme: Scheme) -> None:
        super().__init__(data)
        subject = Subject(scheme.subject)
        bodies = Body.objects.filter(
            kind__in=KINDS[subject], place__code__startswith=scheme.place.code
        )
        self.fields["body"].queryset = bodies.order_by("name")  # type: ignore[attr-defined]
        if subject == Subject.COMMITTEES:
            self.fields["body"].label = About.COMMITTEE.label
        version = scheme.versions.filter(settled_at__isnull=False).order_by("-number").first()
        items = version.read.vetoes if version is not None else ()
        self.fields["code"].choices = [(item.code, str(item.name)) for item in items]  # type: ignore[attr-defined]


class EndVetoForm(forms.Form):
    until_on = forms.DateField(label=_("In effect until"), widget=Day)


class ObjectForm(forms.Form):
    """Anybody objects: reason, name and phone."""

    text = _words(_("What you object to, and why"), rows=6)
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(
        label=_("Your phone"),
        max_length=20,
        help_text=_("Only the officers who answer it see your name and phone."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class AnswerForm(forms.Form):
    """An objection answered: upheld or not, with reasons."""

    upheld = forms.ChoiceField(
        label=_("Is the objection right?"),
        choices=(("no", _("No: the public notice goes on")), ("yes", _("Yes: not listed"))),
        widget=forms.RadioSelect,
    )
    answer = _words(_("Answer, with its reasons"))

    def __init__(self, data: QueryDict | None, *, to: Objection) -> None:
        super().__init__(data, auto_id=f"{to.public_id.hex[:8]}-%s")
