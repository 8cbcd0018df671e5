"""Ask before a petition is saved or published with a closing time in the past."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from campaigns.scheduling import closes_by_surprise


class AsksIfEnded(forms.Form):
    """A mixin for the form of a petition, with a checkbox that answers the question.

    The form does not ask about the time at which, as the public knows, the petition closed. If the
    draft already has the past time, the form asks only when it is published or submitted, and not
    for its preview, the checks beside it, or saving in between.
    """

    has_ended = forms.BooleanField(
        label=_("Yes, the closing time has passed"),
        help_text=_("Once this is published, nobody can sign the petition."),
        required=False,
    )
    instance: Any

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        closes_at = data.get("closes_at")
        if closes_at is None or closes_at > timezone.now() or data.get("has_ended"):
            return data
        is_pressed = any(name.startswith("action-") for name in self.data)
        if not is_pressed and "closes_at" not in self.changed_data:
            return data
        draft = type(self.instance)(pk=self.instance.pk, closes_at=closes_at)
        if closes_by_surprise(draft):
            text = _(
                "This time has passed, so nobody could sign. Is that right? Then tick the box "
                "below, and save again. To end a petition now, use “Close now”."
            )
            self.add_error("closes_at", text)
        return data


class EndedPanel(FieldPanel):
    """The checkbox, shown once the question has been asked."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            form = self.form
            # There is no form where Wagtail compares two revisions.
            if not (super().is_shown() and form and form.is_bound):
                return False
            return "closes_at" in form.errors or bool(form["has_ended"].data)
