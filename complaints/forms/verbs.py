"""Which form belongs to which verb. One row a verb: the page and its doors follow the table."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms._verb import VerbForm
from complaints.forms.countersigning import CountersignForm
from complaints.forms.desk import (
    AnswerDirectlyForm,
    AnswerForm,
    DispatchForm,
    InspectForm,
    MergeForm,
    NoteForm,
    RedispatchForm,
    ReferUpForm,
    RefuseForm,
    SendBackForm,
)
from complaints.forms.handling import AcceptForm, AttendForm, HandleForm, ReturnForm
from complaints.forms.judging import (
    CallbackForm,
    RateForm,
    ReopenForm,
    SupplementForm,
    UrgeForm,
    WithdrawForm,
)
from complaints.forms.waiting import (
    AskExtensionForm,
    AskSuspensionForm,
    GrantExtensionForm,
    ReclassifyForm,
    RefuseExtensionForm,
    RefuseSuspensionForm,
    ResumeForm,
    SuspendForm,
)
from complaints.workflow import Verb

# In the order in which a page offers them: what moves the order on, then what stops it.
VERB_FORMS: dict[Verb, type[VerbForm]] = {
    form.verb: form
    for form in (
        RateForm,
        AcceptForm,
        HandleForm,
        AttendForm,
        AnswerForm,
        DispatchForm,
        InspectForm,
        CountersignForm,
        CallbackForm,
        SendBackForm,
        AnswerDirectlyForm,
        ReopenForm,
        GrantExtensionForm,
        RefuseExtensionForm,
        ResumeForm,
        SuspendForm,
        RefuseSuspensionForm,
        SupplementForm,
        UrgeForm,
        NoteForm,
        AskExtensionForm,
        AskSuspensionForm,
        ReclassifyForm,
        RedispatchForm,
        ReferUpForm,
        MergeForm,
        ReturnForm,
        RefuseForm,
        WithdrawForm,
    )
}


class RevealForm(forms.Form):
    """Why somebody has to see the reporter's number."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why do you need the number?"),
        help_text=_("Kept on record, and the reporter is told."),
        max_length=200,
        error_messages={"required": _("Say why you need the number; the reporter is told.")},
    )
