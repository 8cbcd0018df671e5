"""Base of the screens that act on many signatures: select the signatures and show them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.cms.permissions import allowed_among, signature_policy, signatures_for
from campaigns.cms.signatures.list_screens import ListQuestionView
from campaigns.imports.imported import Import, ImportedSignature
from campaigns.moderation import queue
from campaigns.moderation.seen import Seen, undecided
from campaigns.petitions.panels import SIGNATURE
from campaigns.signatures.signature import Signature
from campaigns.trends import alarms

# At most this many signatures are shown before the act: all of them, or a random sample.
SAMPLE = 10
ALWAYS_LEFT_OUT = _(
    "Anonymised signatures, and those for which you lack the permission, are always left out."
)


class NumberForm(forms.Form):
    """A form that asks for a reason and, where `number` is given, for the number of signatures."""

    reason = forms.CharField(label=_("Reason"), max_length=255)
    typed = forms.CharField(
        label=_("Number of signatures"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    newest = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        if number is None:
            del self.fields["typed"]
        else:
            self.fields["typed"].help_text = self.why_number(number) % intcomma(number)

    def why_number(self, number: int) -> str:
        """Why the number must be typed; `%s` is replaced by the number."""
        raise NotImplementedError

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        digits = "".join(character for character in typed if character.isdecimal())
        if not digits or int(digits[:18]) != self.number:
            text = ngettext("There is %s signature.", "There are %s signatures.", self.number or 0)
            raise ValidationError(text % intcomma(self.number))
        return typed


class SelectedQuestion(ListQuestionView):
    """A question about one signature (`?signature=`), a group (`?group=`), an alarm or the list.

    For the list, the question covers every signature that the list shows with the same query.
    `right` is the action (a key of RIGHTS) that the user must be allowed to do to each signature;
    anonymised signatures are left out.
    """

    right: str
    signatures: QuerySet[Signature]
    # All that the list shows with the same query, if the question is about the list.
    shown: QuerySet[Signature] | None = None
    seen: Seen

    def select(self) -> None:
        """Set `signatures` and `seen`, unless conditions are `unknown`.

        Raise PermissionDenied if not allowed.
        """
        if not signature_policy.user_has_permission(self.request.user, self.right):
            raise PermissionDenied
        self.read_query(own=("signature",))
        self.is_filtered = any(str(text).strip() for text in self.request.GET.values())
        if self.unknown:
            return
        self.signatures = self.asked_for().filter(anonymised_at=None)
        if newest := self.newest_shown():
            self.signatures = self.signatures.filter(pk__lte=newest)
        # On POST, restrict the act to what was shown: since then, a colleague's decision or a late
        # confirmation may have brought older signatures into the filter.
        self.seen = Seen.read(self.request.POST.get("seen", "")) or Seen.now()
        self.signatures = undecided(self.signatures, self.seen)
        # A list appears at the end of its import; the keys of its signatures are older.
        if late := list(Import.objects.filter(ended_at__gt=self.seen.at)):
            imported = ImportedSignature.objects.filter(signature=OuterRef("pk"), made_in__in=late)
            self.signatures = self.signatures.exclude(Exists(imported))
        if self.filters.get("state") == "confirmed":
            self.signatures = self.signatures.filter(confirmed_at__lte=self.seen.at)

    def newest_shown(self) -> UUID | None:
        """Return the newest signature that was shown, on POST: the user has not seen later ones."""
        try:
            return UUID(self.request.POST.get("newest", ""))
        except ValueError:
            return None

    def asked_for(self) -> QuerySet[Signature]:
        allowed = signatures_for(self.request.user, self.right)
        if key := self.request.GET.get("signature"):
            try:
                found = allowed.filter(pk=UUID(key))
            except ValueError:
                raise Http404 from None
            if not found.exists():
                raise Http404
            self.back_url = reverse(SIGNATURE, args=[key])
            return found
        if self.filters.keys() == {"group"}:
            self.back_url, self.back_label = reverse("quarantine"), _("Quarantine")
            return queue.in_group(allowed, self.request.GET["group"])
        if self.filters.keys() == {"alarm"}:
            return alarms.selection(allowed, self.request.GET["alarm"])
        _list, self.shown = self.listed()
        # Narrowed down and not looked up by its keys: that would read the table twice.
        return allowed_among(self.shown.order_by(), self.request.user, self.right)

    def get_initial(self) -> dict[str, Any]:
        newest = self.signatures.order_by("-pk").values_list("pk", flat=True).first()
        return {"newest": newest, "seen": self.seen.write()}

    def sample(self, signatures: QuerySet[Signature], count: int) -> dict[str, Any]:
        """Return some of these signatures at random, for the template context."""
        keys = list(signatures.order_by("?").values_list("pk", flat=True)[:SAMPLE])
        some = Signature.objects.filter(pk__in=keys).select_related("tally__petition")
        shown = self.signatures if self.shown is None else self.shown
        left = shown.count() - count
        text = ngettext(
            "%s signature of those shown is left out.",
            "%s signatures of those shown are left out.",
            left,
        )
        return {
            "count": count,
            "some": some,
            "is_sample": count > SAMPLE,
            "left_out": text % intcomma(left) if left > 0 else "",
            "why_left_out": ALWAYS_LEFT_OUT,
        }
