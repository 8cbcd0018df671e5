"""Forms of the CMS that know what they have shown, and save nothing over a colleague's changes."""

import hashlib
import json
from operator import attrgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A mixin for forms of the CMS that save nothing over what a colleague has changed meanwhile.

    A form that was opened before would silently give back what the colleague took away.
    """

    # The stamp of what the form shows.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    changed: Any = _(
        "This was changed after you opened this form. Save again to replace that with what is "
        "entered here, or reload the page to see it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.stamp(self.instance)

    def shown(self, row: Any) -> dict[str, Any]:
        """Return all that the form shows of the row, by name."""
        shown = forms.models.model_to_dict(row, [*self.fields])
        for name in getattr(self, "formsets", {}):
            below = sorted(getattr(row, name).all(), key=attrgetter("pk"))
            shown[name] = [*map(forms.models.model_to_dict, below)]
        return shown

    def stamp(self, row: Model) -> str:
        """Return a hash of what the form shows: it changes if somebody else saves the row."""
        shown = json.dumps(self.shown(row), default=keyed, sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        """Refuse to save a stale form; it is then updated, so that saving it again is accepted."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk:
            return data
        with transaction.atomic():  # The lock lasts as long as the transaction of the view.
            rows = type(self.instance)._default_manager.select_for_update()
            newest = self.stamp(rows.get(pk=self.instance.pk))
        if data.get("seen") not in ("", newest):
            assert isinstance(self.data, QueryDict)  # only submitted forms are validated
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = newest
            raise ValidationError(self.changed)
        return data


def keyed(value: Any) -> Any:
    """Return a value of a model as it is hashed: a row by its primary key."""
    return value.pk if isinstance(value, Model) else str(value)
