"""Form fields of the CMS: a collection, and several petitions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


# These fields are generic in the stubs only.
class CollectionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field that explains Wagtail's first collection, whose name “Root” tells users nothing."""

    root: Any = _("Colleagues who see all collections")

    def __init__(self, *args: Any, root: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if root is not None:
            self.root = root

    def label_from_instance(self, collection: Any) -> str:
        """Return the label of a choice, for Django's ModelChoiceField."""
        return str(self.root if collection.is_root() else collection.name)


class PetitionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A field for choosing several petitions, by their tallies."""

    def label_from_instance(self, tally: Tally) -> str:
        """Return the text beside a checkbox, for Django's field."""
        return tally.petition.title
