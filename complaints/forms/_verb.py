"""What every verb's form has in common."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import Invalid
from complaints import actions
from complaints.actions.reporting import LONGEST_TEXT
from complaints.models import Complaint, Photo, PhotoMoment
from complaints.queries import kept_photos
from complaints.workflow import Verb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Choices = Sequence[tuple[str, StrOrPromise]]

MOST_PHOTOS = 6


class VerbForm(forms.Form):
    """What one verb asks, in words; `do` is the verb, `arguments` what it is called with.

    `told` is said once it is done; with `tells_time` also until when the handler has.
    """

    verb: ClassVar[Verb]
    do: ClassVar[Callable[..., Complaint]]
    button: ClassVar["StrOrPromise"]
    hint: ClassVar["StrOrPromise"] = ""
    told: ClassVar["StrOrPromise"]
    tells_time: ClassVar[bool] = False
    grave: ClassVar[bool] = False
    # The title of what is read `beside` the form, where there is something to read.
    beside_title: ClassVar["StrOrPromise"] = ""
    # Fields that the page lays out in a way of their own.
    apart: ClassVar[frozenset[str]] = frozenset()

    use_required_attribute = False

    def __init__(
        self, *args: Any, order: Complaint, actor: Actor, at: datetime, **kwargs: Any
    ) -> None:
        self.order, self.actor, self.at = order, actor, at
        # Words of somebody else that this form answers; empty where there are none.
        self.beside = ""
        super().__init__(*args, **{"auto_id": f"{self.verb}_%s", **kwargs})
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the order."""

    def arguments(self) -> dict[str, Any]:
        """What the verb is called with."""
        return dict(self.cleaned_data)

    def said(self, order: Complaint) -> str:
        """The sentence for whoever has just done it."""
        return str(self.told)

    def refuse(self, error: Invalid) -> None:
        """Put a verb's refusal beside the fields it concerns."""
        placed = False
        for name, sentences in error.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
                placed = True
        if not placed:
            self.add_error(None, str(error))

    @property
    def kept(self) -> list[Photo]:
        """Photos handed in with this form already."""
        return []

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are laid out one below the other."""
        return [field for field in self if field.name not in self.apart]


def words(
    label: "StrOrPromise",
    *,
    required: "StrOrPromise" = "",
    hint: "StrOrPromise" = "",
    rows: int = 3,
) -> forms.CharField:
    """A field for free text; `required` is the sentence for one left empty."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=LONGEST_TEXT,
        error_messages={"required": required} if required else None,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def choice(
    label: "StrOrPromise",
    choices: "Choices",
    *,
    required: "StrOrPromise" = "",
    hint: "StrOrPromise" = "",
    widget: type[forms.Widget] = forms.RadioSelect,
) -> forms.ChoiceField:
    """A field with a few answers to choose from."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=hint,
        required=bool(required),
        error_messages={"required": required} if required else None,
        widget=widget,
    )


class MultipleFileInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.Field):
    """Several files under one name."""

    widget = MultipleFileInput

    def __init__(self, label: "StrOrPromise") -> None:
        super().__init__(
            label=label,
            required=False,
            help_text=_("Up to 6 photos: JPEG, PNG, WebP or HEIC."),
            widget=MultipleFileInput(attrs={"accept": "image/*", "multiple": True}),
        )


class PhotoForm(VerbForm):
    """A form with photos. Each is kept at once, so that an error elsewhere loses none."""

    moment: ClassVar[PhotoMoment] = PhotoMoment.AFTER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._kept: list[Photo] = []
        super().__init__(*args, **kwargs)

    @property
    def kept(self) -> list[Photo]:
        return self._kept

    def clean_photos(self) -> list[Photo]:
        """Those kept before and still wanted, then the new ones, cleaned."""
        troubles: list[StrOrPromise] = []
        self._kept = self._earlier(troubles)
        room = MOST_PHOTOS - len(self._kept)
        if len(self._files()) > room:
            troubles.append(_("No more than 6 photos fit; the first ones were kept."))
        for file in self._files()[:room]:
            try:
                photo = actions.keep_photo(file, by=self.actor, moment=self.moment)
            except Invalid as error:
                troubles.append(f"{file.name}: {error}")
            else:
                self._kept.append(photo)
        if troubles:
            raise forms.ValidationError(troubles)
        return self._kept

    def _earlier(self, troubles: "list[StrOrPromise]") -> list[Photo]:
        wanted = self.data.getlist("kept") if hasattr(self.data, "getlist") else []
        try:
            return kept_photos(wanted[:MOST_PHOTOS], by=self.actor) if wanted else []
        except Invalid as error:
            troubles += error.fields.get("photos", [str(error)])
            return []

    def _files(self) -> "list[UploadedFile[Any]]":
        return self.files.getlist("photos") if hasattr(self.files, "getlist") else []
