"""Ask before a petition is saved or published with a closing time in the past."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from campaigns.scheduling import closes_by_surprise

HAS_PASSED = _(
    "This time has passed, so nobody could sign. Is that right? Then tick the box "
    "below, and save again. To end a petition now, use “Close now”."
)
WILL_HAVE_PASSED = _(
    "The petition is to be published after this time, so nobody could sign. Is that right? Then "
    "tick the box below, and save again."
)


class AsksIfEnded(forms.Form):
    """A mixin for the form of a petition, with a checkbox that answers the question.

    A petition can also be scheduled for a day after its closing time.

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
        if closes_at is None or data.get("has_ended"):
            return data
        is_pressed = any(name.startswith("action-") for name in self.data)
        if not is_pressed and "closes_at" not in self.changed_data:
            return data
        draft = type(self.instance)(pk=self.instance.pk, closes_at=closes_at)
        if closes_by_surprise(draft, at=self.goes_live_at(data)):
            has_passed = closes_at <= timezone.now()
            self.add_error("closes_at", HAS_PASSED if has_passed else WILL_HAVE_PASSED)
        return data

    def goes_live_at(self, data: dict[str, Any]) -> datetime | None:
        """Return when the petition is to be published, which may be typed in its page's form."""
        moment: datetime | None = self.instance.go_live_at
        return data.get("go_live_at") if "go_live_at" in self.fields else moment


class EndedPanel(FieldPanel):
    """The checkbox, shown once the question has been asked."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            form = self.form
            # There is no form where Wagtail compares two revisions.
            if not (super().is_shown() and form and form.is_bound):
                return False
            return "closes_at" in form.errors or bool(form["has_ended"].data)
