"""The form in which a petition is edited: its choices and its validation."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.blocks.own_files import OwnFiles
from campaigns.cms.permissions import collections_for
from campaigns.cms.petitions.editing.ended import AsksIfEnded
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import PetitionSettings
from campaigns.petitions.texts import STEPS, default_texts
from campaigns.scheduling import name_time_zone

SETTINGS = [field.name for field in PetitionSettings._meta.fields if field.editable]


class PetitionForm(AsksIfEnded, OwnFiles, WagtailAdminModelForm):
    """The form of a petition. Editors choose the collection once, for a new petition.

    They can choose among the collections in which they may add petitions.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The default of the consent is computed, see PageForm.
        self.fields["consent"].show_hidden_initial = False
        if self.instance.pk is None:
            self.offer_collections()
        else:
            self.fields.pop("collection", None)
        if self.instance.first_published_at and "slug" in self.fields:
            self.fields["slug"].disabled = True
        if self.instance.is_translation:
            for name in [*SETTINGS, "has_ended"]:
                self.fields.pop(name, None)
        name_time_zone(self.fields, "opens_at", "closes_at")
        self.show_default_texts()

    def offer_collections(self) -> None:
        field = self.fields.get("collection")
        if not isinstance(field, ModelChoiceField) or self.for_user is None:
            return
        collections = list(collections_for(self.for_user, "add"))
        if len(collections) == 1:
            del self.fields["collection"]
            self.instance.collection = collections[0]
        else:
            field.queryset = collections_for(self.for_user, "add")
            field.empty_label = None

    def show_default_texts(self) -> None:
        """Show the default texts as placeholders, since they apply where a field is empty.

        A new petition begins with the consent of its own language, whatever its editor reads.
        """
        locale = self.instance.locale if self.instance.locale_id else None
        texts = default_texts(locale and locale.language_code)
        if self.instance.pk is None:
            self.initial["consent"] = texts.consent
        for name in STEPS:
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = getattr(texts, name)

    def clean_consent(self) -> str:
        """Normalise the browser's line endings, which would otherwise count as a change."""
        return self.cleaned_data["consent"].replace("\r\n", "\n")

    def clean_closes_at(self) -> datetime | None:
        """Keep the seconds of “Close now” where the minute that the input shows was left."""
        typed: datetime | None = self.cleaned_data["closes_at"]
        return typed if "closes_at" in self.changed_data else self.instance.closes_at

    def clean_slug(self) -> str:
        """Check that the slug is unique in its language.

        Django's form does not check the constraint, since the locale is not a field of the form.
        """
        slug = self.cleaned_data["slug"]
        locale = self.instance.locale_id or self.instance.get_default_locale().pk
        others = Petition.objects.exclude(pk=self.instance.pk).filter(locale=locale, slug=slug)
        if slug and others.exists():
            raise ValidationError(_("Another petition has this web address."))
        return slug
