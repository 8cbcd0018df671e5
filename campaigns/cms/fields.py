"""Fields of the CMS's forms: a collection, and petitions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


# These fields are generic in the stubs only.
class CollectionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Says what Wagtail's first collection means, whose name “Root” tells nobody anything."""

    root: Any = _("Colleagues who see all collections")

    def __init__(self, *args: Any, root: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if root is not None:
            self.root = root

    def label_from_instance(self, collection: Any) -> str:
        """What a choice is called, for Django's ModelChoiceField."""
        return str(self.root if collection.is_root() else collection.name)


class PetitionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several petitions, by their tallies."""

    def label_from_instance(self, tally: Tally) -> str:
        """The text beside a box, for Django's field."""
        return tally.petition.title
