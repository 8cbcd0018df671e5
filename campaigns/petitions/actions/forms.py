"""The forms of the actions on a petition: the input that each action needs."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.images import get_image_model
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import policy_registry

from campaigns.blocks.own_files import OwnField
from campaigns.dates import DayField, site_day
from campaigns.paragraphs import LinesField, Text
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.signed_versions.parts import in_words
from campaigns.petitions.tally import MOST_HOURLY, MOST_TOGETHER
from campaigns.signing.fields import NumberField

NO_COLLECTION = _("None: only for colleagues who see all collections")


class ActionForm(forms.Form):
    """The form of an action; it has no fields unless a subclass adds some."""

    # The reason why this user cannot do the action, if there is one.
    obstacle: Text = ""

    def __init__(self, *args: Any, petition: Petition, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(petition, user)

    def prepare(self, petition: Petition, user: User) -> None:
        """Adapt the fields to the petition and to the user; subclasses override this."""

    def is_repeated(self) -> bool:
        """Return whether the change was already made: a second click must not end in an error."""
        return False


class HoldForm(ActionForm):
    reason = LinesField(
        label=_("Why must the data be held?"),
        help_text=_("For example: a court case, or a handover under way. The history shows it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EventForm(ActionForm):
    """The base of forms about an event on a day, with a picture; subclasses declare both fields."""

    bound_field_class = OwnField

    def is_of_others(self, chosen: Model) -> bool:
        """Return whether this picture is not offered, so that the form does not show it again."""
        offered = self.fields["picture"]
        assert isinstance(offered, forms.ModelChoiceField)
        return chosen not in (offered.queryset or ())

    def prepare(self, petition: Petition, user: User) -> None:
        offer_pictures(self, user)
        self.fields["day"].initial = site_day
        self.first_published_at = petition.original.first_published_at

    def clean_picture(self) -> Any:
        return described(self.cleaned_data["picture"])

    def clean_day(self) -> date:
        """Check that the day is neither in the future nor before the petition was public."""
        return in_public(self.cleaned_data["day"], since=self.first_published_at)


class VictoryForm(EventForm):
    """Asks for what the public will read about the victory, before it is published."""

    words = LinesField(
        label=_("What has been won?"),
        help_text=_(
            "Two or three sentences in the language of the original, shown in place of the form. "
            "The petition in another language shows its own text “Won”."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    day = DayField(
        label=_("On which day?"),
        help_text=_("The day of the decision or the event, which the timeline shows."),
        widget=AdminDateInput,
    )
    picture: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None,
        label=_("Picture"),
        help_text=_("Shown above the words. It needs a description and a credit."),
        required=False,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        super().prepare(petition, user)
        self.fields["words"].initial = petition.original.texts.won_notice


class HandoverForm(EventForm):
    """Asks for what the public will read about the handing over."""

    day = DayField(label=_("On which day?"), widget=AdminDateInput)
    receiver = forms.CharField(
        label=_("To whom?"),
        help_text=_("Their names and offices, in the language of the original."),
        max_length=255,
    )
    place = forms.CharField(label=_("Where?"), max_length=120, required=False)
    words = LinesField(
        label=_("What happened?"),
        help_text=_(
            "Some sentences in the language of the original. In another language the page says "
            "only that the signatures were handed over."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None,
        label=_("Picture"),
        help_text=_("It needs a description and a credit."),
        required=False,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        super().prepare(petition, user)
        names = [target.value["name"] for target in petition.original.targets]
        with translation.override(petition.original.locale.language_code):
            self.fields["receiver"].initial = in_words(names)[:255]


class ReplyForm(ActionForm):
    """Asks for what the public will read about the reply to the handing over."""

    words = LinesField(
        label=_("What did they reply?"),
        help_text=_(
            "In the language of the original. In other languages the page says only that there was "
            "a reply."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    day = DayField(label=_("On which day?"), widget=AdminDateInput)

    def prepare(self, petition: Petition, user: User) -> None:
        self.fields["day"].initial = site_day
        self.handed_over_on = petition.tally.handed_over_day

    def clean_day(self) -> date:
        """Check that the day is neither in the future nor before the handing over."""
        day = in_public(self.cleaned_data["day"], since=None)
        if self.handed_over_on and day < self.handed_over_on:
            raise forms.ValidationError(_("The signatures were handed over after this day."))
        return day


class ForwardingForm(ActionForm):
    """Asks how many emails go to the targets in an hour, and how many names one email lists."""

    hourly = NumberField(
        label=_("How many emails an hour?"),
        help_text=_(
            "To all targets together. Those who receive the emails must have the time to read them."
        ),
        min_value=1,
        max_value=MOST_HOURLY,
    )
    together = NumberField(
        label=_("How many names in one list?"),
        help_text=_("A list that is not full after a day is sent as it is."),
        min_value=1,
        max_value=MOST_TOGETHER,
    )

    def prepare(self, petition: Petition, user: User) -> None:
        self.fields["hourly"].initial = petition.tally.forwards_hourly
        together = self.fields["together"]
        together.initial = petition.tally.forwards_together
        if petition.original.forwards != Forwards.DIGEST:
            together.widget = forms.HiddenInput()


def offer_pictures(form: forms.Form, user: User) -> None:
    """Offer images to users who may choose images; remove the field for all other users."""
    picture = form.fields["picture"]
    assert isinstance(picture, forms.ModelChoiceField)
    images = policy_registry.get_by_type(get_image_model())
    picture.queryset = images.instances_user_has_permission_for(user, "choose")
    picture.widget = AdminImageChooser()
    if not images.user_has_permission(user, "choose"):  # These users could not open the chooser.
        del form.fields["picture"]


def described(picture: Any) -> Any:
    """Return the image; raise ValidationError if it lacks a description or a credit.

    The image is one of the site's own model.
    """
    if picture and not (picture.description.strip() and picture.credit.strip()):
        raise forms.ValidationError(
            _(
                "This picture lacks its description or its credit. Please write both into its "
                "form under Images, and press the button here again, or choose another picture."
            )
        )
    return picture


def in_public(day: date, *, since: datetime | None) -> date:
    """Return the day; raise ValidationError if it is in the future or before publication."""
    if day > site_day():
        raise forms.ValidationError(_("This day is in the future."))
    if since and day < site_day(since):
        raise forms.ValidationError(_("The petition was not public yet on this day."))
    return day


class NewCollectionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, collection: Collection) -> str:
        """Return the name of a collection; that of Wagtail's first one, “Root”, tells nothing."""
        return str(NO_COLLECTION if collection.is_root() else collection.name)


class MoveForm(ActionForm):
    """Asks for the new collection, in which the user must be allowed to control petitions.

    Users who may only request the action choose among the collections in which they may edit.
    """

    collection = NewCollectionField(
        queryset=None,
        label=_("New collection"),
        empty_label=_("Choose …"),
        error_messages={
            "invalid_choice": _(
                "A petition can only be moved to another collection, by somebody who may control "
                "petitions in both."
            )
        },
    )

    def prepare(self, petition: Petition, user: User) -> None:
        policy = policy_registry.get(petition)
        assert isinstance(policy, CollectionPermissionPolicy)
        controls = policy.user_has_permission_for_instance(user, "control", petition)
        right = "control" if controls else "change"
        own = policy.collections_user_has_permission_for(user, right)
        self.here = petition.original.collection_id
        others = own.exclude(pk=self.here)
        field = self.fields["collection"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others
        if not others.exists():
            self.obstacle = _("There is no other collection in which you may control petitions.")

    def is_repeated(self) -> bool:
        return self.data.get("collection") == str(self.here)
