"""The question before a receiver is deleted: whom it still holds, and what it was not told."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext, ngettext
from wagtail.admin.views.generic import DeleteView

from campaigns.sync.delivery import Delivery, Kind, Known, Outcome


class ReceiverDeleteView(DeleteView):
    """Wagtail's question, after what the site can no longer do once the receiver is deleted."""

    @property
    def confirmation_message(self) -> str:
        """The question, and what is to be deleted there before.

        The site knows whom a mailing list holds, and of other receivers only what they were told.
        """
        known = Known.objects.filter(receiver=self.object).values("signature").distinct().count()
        removed = Delivery.objects.filter(receiver=self.object, kind=Kind.REMOVED)
        lost = removed.filter(outcome=Outcome.WAITING).count()
        parts = []
        if known:
            text = ngettext("This list holds %s signer.", "This list holds %s signers.", known)
            parts.append(text % intcomma(known))
        if lost:
            text = ngettext("%s removal has not arrived.", "%s removals have not arrived.", lost)
            parts.append(text % intcomma(lost))
        if self.object.is_web_hook or self.object.is_feed:
            text = gettext(
                "First delete there what it holds about signers: the site cannot do this later."
            )
            parts.append(text)
        elif parts:
            parts.append(gettext("First delete these people there: the site cannot do this later."))
        return " ".join([*parts, str(super().confirmation_message)])
