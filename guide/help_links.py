"""The links “Help about this”, which lead from a field or a screen to the heading about it."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.panels import FieldPanel

# What a link is about: the guide, and the anchor of the heading.
ABOUT = {
    "beginning": ("editors", "1-begin-the-campaign"),
    "story": ("editors", "2-tell-the-story"),
    "pictures": ("editors", "pictures"),
    "head": ("editors", "the-top-of-a-campaign-page"),
    "topics": ("editors", "topics"),
    "letter": ("editors", "3-write-the-letter"),
    "settings": ("editors", "4-choose-the-settings"),
    "texts": ("editors", "5-write-the-texts-of-each-step"),
    "look": ("editors", "6-look-at-it"),
    "elsewhere": ("editors", "on-paper-on-other-sites-and-where-it-is-shared"),
    "running": ("editors", "while-it-runs"),
    "organisation": ("editors", "the-organisation"),
    "fakes": ("managers", "fakes"),
    "sources": ("managers", "where-signers-came-from"),
    "sheets": ("managers", "signature-sheets"),
    "ledger": ("managers", "what-was-signed-elsewhere"),
    "exporting": ("managers", "exporting-signatures"),
    "checking": ("managers", "checking-a-file"),
    "handing_over": ("managers", "handing-over"),
    "forwarding": ("managers", "mailing-signatures-to-the-targets"),
    "jobs": ("managers", "jobs"),
    "mailings": ("managers", "writing-to-signers"),
    "people": ("managers", "data-requests"),
    "sync": ("managers", "other-systems"),
}


def link(subject: str) -> SafeString:
    """Return the link to the guide about a key of ABOUT. It opens beside what is being written."""
    name, anchor = ABOUT[subject]
    url = f"{reverse('guide', args=[name])}#{anchor}"
    return render_to_string("campaigns/cms/help_about.html", {"url": url})


def explained(text: Any, subject: str) -> Any:
    """Return the text that explains a field with its link, lazily: for attributes of classes."""
    return lazy(lambda: format_html("{} {}", text, link(subject)), SafeString)()


class AboutFieldPanel(FieldPanel):
    """Wagtail's panel of a field, with the link behind the text that explains the field."""

    def __init__(self, field_name: str, subject: str, **kwargs: Any) -> None:
        super().__init__(field_name, **kwargs)
        self.subject = subject

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "subject": self.subject}

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.help_text = explained(self.help_text, self.panel.subject)
