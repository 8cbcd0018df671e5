"""What a page or a petition still lacks, shown beside the editor in Wagtail's “Checks” panel.

The preview contains each answer as a hidden element (`includes/checklist.html`), and a rule of the
content checker requires that the value of the element is not empty. Wagtail runs the rules each
time it renders the preview. The checks only warn: anything that would break a page is a required
field.
"""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import BaseItem, ContentCheckerItem

from campaigns.blocks.pictures import CaptionedImageValue
from campaigns.blocks.story import fetch_links, parts
from campaigns.pages.public_page import PublicPage
from campaigns.petitions.petition import Petition
from campaigns.scheduling import closes_by_surprise

CHECKS = {
    "alternative": (
        _("A picture has no alternative text"),
        _("Say what it shows, or mark it as decorative."),
    ),
    "credit": (_("A picture has no credit"), _("Name the photographer and the agency.")),
    "head": (
        _("The picture at the top has no description or no credit"),
        _("Choose “Edit this image” in the menu of the picture."),
    ),
    "story": (_("There is no story"), _("Say what happened, to whom, and what you want.")),
    "link": (
        _("A link leads to a page that is not public"),
        _("Readers see the words without a link, or no button, until that page is published."),
    ),
    "summary": (
        _("There is no lead"),
        _("One or two sentences, which are shown in lists and on the page."),
    ),
    "social": (
        _("There is no picture for sharing"),
        _("Promote › When shared, or the picture for lists."),
    ),
    "letter": (
        _("The letter is not written yet"),
        _("It cannot be published without an ask, a salutation and an opening."),
    ),
    "target": (_("The letter is addressed to nobody"), _("Name those who can decide.")),
    "goal": (
        _("There is no goal"),
        _("The goal of the petition: more people sign when they see how far it is to the goal."),
    ),
    "closing": (
        _("There is no closing date"),
        _("The field “Closes” of the petition: signers’ data is anonymised some time after that."),
    ),
    "ended": (
        _("The closing time has passed"),
        _("The field “Closes” of the petition: nobody can sign once this is published."),
    ),
    "thanks": (
        _("The thanks are still the default texts"),
        _(
            "Readers get them as they are. Under “Thanks”, below the letter, you can say "
            "what happens next."
        ),
    ),
    "privacy": (
        _("The site has no privacy notice"),
        _("Settings › Identity: choose the page, and publish it."),
    ),
}


def answers(subject: Model | None, *, privacy_url: str) -> dict[str, bool]:
    """Return the keys of the checks that apply to the page or petition, and whether each passes."""
    found: dict[str, bool] = {}
    if isinstance(subject, PublicPage):
        story = [
            part for name in ("body", "updates") for part in parts(getattr(subject, name, None))
        ]
        pictures = [
            part for part in story if isinstance(part, CaptionedImageValue) and part["image"]
        ]
        found = {
            "alternative": all(is_described(value["image"]) for value in pictures),
            "credit": all(value.credit_text for value in pictures),
            "link": fetch_links(story),
            "summary": bool(subject.listing_summary),
            "social": subject.shared_image is not None,
        }
        if picture := getattr(subject, "shown_picture", None):
            found["head"] = bool(picture.description.strip() and picture.credit.strip())
        if hasattr(subject, "body"):
            found["story"] = bool(subject.body)
    petition = subject if isinstance(subject, Petition) else getattr(subject, "petition", None)
    if petition is not None:
        original = petition.original
        found |= {
            "letter": bool(petition.ask and petition.salutation and petition.opening),
            "target": bool(petition.targets),
            "goal": bool(original.goal),
            "closing": original.closes_at is not None,
            "ended": not closes_by_surprise(original),
            "thanks": bool(petition.thanks_text),
            "privacy": bool(privacy_url),
        }
    return found


def is_described(image: Any) -> bool:
    return image.decorative or bool((image.contextual_alt_text or "").strip())


class Checklist(ContentCheckerItem):
    """Wagtail's content checker with the rules of this site."""

    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        *(f"lastdrop-{key}" for key in CHECKS),
    ]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        # Only for editors' texts: elsewhere bold paragraphs, such as dates, come from templates.
        {"id": "p-as-heading", "selector": ".prose p", "enabled": True},
        *(
            {
                "id": f"lastdrop-{key}",
                "impact": "moderate",
                "selector": f'[data-check="{key}"]',
                "excludeHidden": False,
                "tags": ["best-practice"],
                "any": ["lastdrop-filled-in"],
                "enabled": True,
            }
            for key in CHECKS
        ),
    ]
    axe_custom_checks = [
        *ContentCheckerItem.axe_custom_checks,
        {
            "id": "lastdrop-filled-in",
            "evaluate": "attr-non-space-content-evaluate",
            "options": {"attribute": "value"},
        },
    ]
    axe_messages = {
        **ContentCheckerItem.axe_messages,
        **{
            f"lastdrop-{key}": {"error_name": name, "help_text": advice}
            for key, (name, advice) in CHECKS.items()
        },
    }


def check_content(request: HttpRequest, items: list[BaseItem], page: Model | None) -> None:
    """Replace Wagtail's content checker with one that has the rules of this site.

    For the hook `construct_wagtail_userbar`, which also provides the panel beside the editor.
    """
    items[:] = [
        Checklist(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item
        for item in items
    ]
