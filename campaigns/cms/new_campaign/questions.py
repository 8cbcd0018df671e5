"""The form of “New campaign”: its questions, and the advice beside them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Collection

from campaigns.blocks.letter import LONGEST_DEMAND
from campaigns.cms.fields import CollectionField
from campaigns.cms.handover.contacts import ContactChooser
from campaigns.cms.new_campaign.choices import collections_of_pictures, parents_for, templates_for
from campaigns.cms.pages.images import WholeImageField
from campaigns.cms.permissions import AnyUser, collections_for
from campaigns.contacts.contact import Contact
from campaigns.dates import DayField, LastDayField, site_day
from campaigns.pages import new_campaign
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.pages.images import CustomImage, written_in
from campaigns.pages.topics import Topic
from campaigns.paragraphs import LinesField
from campaigns.petitions.petition import Petition
from campaigns.scheduling import name_time_zone
from campaigns.signing.fields import NumberField


def long_box(rows: int) -> AdminAutoHeightTextInput:
    return AdminAutoHeightTextInput(attrs={"rows": rows})


def calendar() -> forms.DateInput:
    """Return the browser's own input for a day, which shows at once how it read the typed text.

    ISO 8601 is the format in which browsers expect and send its value. Without a maximum they
    accept years with six digits.
    """
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "9999-12-31"})


PICTURED = ("picture", "caption", "description", "credit")
LONGEST_CAPTION = CampaignPage._meta.get_field("caption").max_length


class BeginForm(forms.Form):
    template = forms.ModelChoiceField(
        CampaignPage.objects.none(), label=_("Start from"), required=False
    )
    title = forms.CharField(label=_("Title"), max_length=160)
    summary = LinesField(
        label=_("Lead"),
        max_length=255,
        required=False,
        widget=long_box(2),
        help_text=_("If empty, lists show the ask."),
    )
    published_on = DayField(
        label=_("Date"),
        required=False,
        initial=site_day,
        widget=calendar(),
        help_text=_("Readers see it above the title."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Readers find the campaign by its topics in the search."),
    )
    ask = forms.CharField(
        label=_("Ask"),
        max_length=255,
        required=False,
        help_text=Petition._meta.get_field("ask").help_text,
    )
    target = forms.CharField(
        label=_("Addressed to"),
        max_length=120,
        required=False,
        help_text=_("A person’s name, or “The Mayor” where the office alone is meant."),
    )
    office = forms.CharField(
        label=_("Office"),
        max_length=120,
        required=False,
        help_text=_("What the person decides as: “Minister for Energy”."),
    )
    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Contact"),
        required=False,
        widget=ContactChooser(),
        help_text=_(
            "Where the letter goes, if you know it already. The public sees neither the email "
            "address nor the postal address. Name and office are taken from the contact where you "
            "leave them empty."
        ),
    )
    story = forms.CharField(label=_("Story"), required=False, widget=long_box(8))
    letter = forms.CharField(label=_("The letter"), required=False, widget=long_box(10))
    picture = WholeImageField(label=_("Picture"), required=False)
    caption = LinesField(
        label=pgettext_lazy("picture", "Caption"),
        max_length=LONGEST_CAPTION,
        required=False,
        widget=long_box(2),
        help_text=_("Readers see it below the lead, after the words “In the picture:”."),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=255,
        required=False,
        help_text=_("For those who cannot see the picture: what it shows."),
    )
    credit = forms.CharField(
        label=_("Credit"),
        max_length=255,
        required=False,
        help_text=CustomImage._meta.get_field("credit").help_text,
    )
    goal = NumberField(
        label=_("Goal"),
        min_value=1,
        max_value=2_000_000_000,
        required=False,
        help_text=Petition._meta.get_field("goal").help_text,
    )
    closes_at = LastDayField(
        label=_("Closes"),
        required=False,
        widget=calendar(),
        help_text=_(
            "The last day on which people can sign, including the whole of that day. If you set no "
            "day, people can sign until somebody closes the petition."
        ),
    )
    parent = forms.ModelChoiceField(CampaignIndexPage.objects.none(), label=_("List of campaigns"))
    collection = CollectionField(
        Collection.objects.none(),
        root=_("None: only for you and colleagues who see all collections"),
        label=_("Collection"),
        help_text=_(
            "It decides which colleagues see the signatures. If you are not sure, leave it as it "
            "is: the petition can be moved to another one later."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: AnyUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With this attribute, browsers silently cut pasted text. The answer says what is too long.
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
        templates, lists = templates_for(user), parents_for(user)
        self.offer("template", CampaignPage.objects.filter(pk__in=[each.pk for each in templates]))
        self.offer("parent", CampaignIndexPage.objects.filter(pk__in=[each.pk for each in lists]))
        self.offer("collection", collections_for(user, "add"))
        self.offer_topics(lists)
        self.pictures = collections_of_pictures(user)
        if not self.pictures:
            for name in PICTURED:
                del self.fields[name]
        name_time_zone(self.fields, "closes_at")

    def offer(self, name: str, choices: Any) -> None:
        """Show the field only where there is a choice."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices
        if name == "template":
            field.empty_label = gettext("nothing: an empty campaign")
            if not choices:
                del self.fields[name]
            return
        field.empty_label = None
        self.initial.setdefault(name, choices[0].pk)
        if len(choices) == 1:
            field.widget = forms.HiddenInput()

    def offer_topics(self, lists: list[CampaignIndexPage]) -> None:
        """Offer the topics in the language of the first list; drop the field if there are none."""
        topics = Topic.objects.filter(locale__in=[each.locale_id for each in lists[:1]])
        field = self.fields["topics"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = topics
        if not topics:
            del self.fields["topics"]

    def clean(self) -> dict[str, Any]:
        """Check that everything has the language of the list, and that no picture is missing."""
        data = super().clean() or self.cleaned_data
        # signed-out.js sends what was kept in the browser's tab: the texts, but no file.
        if self.data.get("unsent_file") == "picture" and "picture" in self.fields:
            text = _("Please choose the picture again: a browser does not send it twice.")
            self.add_error("picture", text)
        about_it = data.get("description") or data.get("credit")
        if about_it and not (data.get("picture") or self.has_error("picture")):
            text = _("Description and credit belong to a picture: choose one, or clear both.")
            self.add_error("picture", text)
        template, parent = data.get("template"), data.get("parent")
        if template and parent and template.locale_id != parent.locale_id:
            text = _(
                "This template is in a different language from the list of campaigns. Choose "
                "another template, or another list."
            )
            self.add_error("template", text)
        return data

    def clean_closes_at(self) -> datetime | None:
        """Refuse a time in the past: a mistyped year would close the petition before it opens."""
        closes_at: datetime | None = self.cleaned_data["closes_at"]
        if closes_at and closes_at < timezone.now():
            raise forms.ValidationError(_("This day is in the past."))
        return closes_at

    def clean_letter(self) -> str:
        letter: str = self.cleaned_data["letter"]
        for demand in new_campaign.read_letter(letter).demands:
            if len(demand) > LONGEST_DEMAND:
                text = _("A demand may have %(number)s characters at most: “%(demand)s”")
                raise forms.ValidationError(
                    text, params={"number": LONGEST_DEMAND, "demand": f"{demand[:60]}…"}
                )
        return letter

    def answers(self, user: Any) -> new_campaign.Answers:
        """Return the answers; this saves the picture in the image library."""
        data = {name: self.cleaned_data.get(name) for name in new_campaign.Answers._fields}
        data["caption"] = self.cleaned_data.get("caption", "")
        if file := self.cleaned_data.get("picture"):
            written = written_in(file)
            chosen = self.pictures.filter(pk=self.cleaned_data["collection"].pk)
            data["caption"] = data["caption"] or written.caption[:LONGEST_CAPTION]
            description = self.cleaned_data["description"] or written.caption[:255]
            data["picture"] = CustomImage.objects.create(
                title=description or self.cleaned_data["title"],
                file=file,
                description=description,
                credit=self.cleaned_data["credit"],
                collection=chosen.first() or self.pictures.first(),
                uploaded_by_user=user,
            )
        return new_campaign.Answers(**data)  # type: ignore[arg-type]  # the fields have these types


# Each question with its fields, and the advice beside it.
QUESTIONS = [
    (
        _("What should change?"),
        ("template", "title", "summary", "published_on", "topics"),
        _(
            "Write it as a headline with a verb: “Protect freedom of expression”. Ask for one "
            "thing that can be achieved. The lead appears on the page and in lists: write one or "
            "two sentences that somebody who has never heard of the matter can understand."
        ),
    ),
    (
        _("Who decides?"),
        ("target", "office", "contact", "ask"),
        _(
            "Name the person who can do it, and not a government as a whole. The ask is shown "
            "above the form."
        ),
    ),
    (
        _("Why?"),
        ("story", "letter"),
        _(
            "The story tells readers what happens and to whom. A list that you paste stays a list; "
            "pictures, quotes and films can be added later. The letter goes to those who decide. "
            "If it begins with “Dear …,” that becomes the salutation. Each line of a list in the "
            "letter becomes a demand; the text before the list becomes the opening, and the text "
            "after it becomes the close. Keep each demand short."
        ),
    ),
    (
        _("Which picture?"),
        PICTURED,
        _(
            "People sign when they see who is affected. The picture appears at the top of the "
            "page. The caption says who and what is seen, where and when. The description is for "
            "readers who cannot see the picture: say what it shows. If the photographer has "
            "written a caption and a credit into the file, leave the fields empty, and they are "
            "read from it."
        ),
    ),
    (
        _("Until when?"),
        ("closes_at", "goal"),
        _(
            "A day on which something is decided gives people a reason to sign now. 90 days after "
            "it, signers’ data is anonymised, unless another number is set. Choose a goal "
            "that you can reach within weeks: it can rise by itself."
        ),
    ),
]
