"""The samples in the style guide. None of them is stored in the database.

Their primary keys are negative, so that they never match a row.
"""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.models import Locale

from campaigns.blocks import StoryBlock, ThanksBlock
from campaigns.blocks.pictures import newest_image
from campaigns.counting import surveys
from campaigns.models import (
    CampaignPage,
    CustomImage,
    Petition,
    Signature,
    State,
    Survey,
    Tally,
    Version,
)
from campaigns.petitions.signed_versions import changes
from campaigns.petitions.signed_versions.versions import digest_of
from campaigns.sharing import links
from campaigns.signatures.public_comments import PublicComment
from campaigns.signing.forms import CorrectForm, SignForm
from campaigns.signing.thanks_page import Thanked

COUNTS = (None, 0, 1, 12_345, 10_000_000)
LEVELS = (0, 25, 50, 75, 100)
STATES = (State.OPEN, State.SCHEDULED, State.PAUSED, State.CLOSED, State.WON)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"


def make_petition(state: State, *, number: int, **fields: Any) -> Petition:
    """Return a petition in this state, with thousands of signatures and all optional fields."""
    now = timezone.now()
    texts = {
        "title": _("Keep the river free"),
        # Each petition is a landmark of the page, and its ask is the name of the landmark.
        "ask": f"{_('Call on the minister to stop the dam.')} ({number})",
        "targets": [("target", {"name": _("The minister"), "role": _("Ministry of water")})],
        "salutation": _("Dear minister,"),
        "opening": _("The river is the last one that runs free. We ask you to"),
        "demands": [("demand", _("stop the dam,")), ("demand", _("protect the valley."))],
        "close": _("You can decide to build it in any year to come. Not to build it, only now."),
        "consent": _("I agree that my signature is stored and handed over."),
    }
    days = {State.SCHEDULED: (3, 60), State.CLOSED: (-60, -3)}
    opens, closes = days.get(state, (-40, 20))
    settings = {
        "goal": 20_000,
        "comment_field": "optional",
        "postcode_field": "optional",
        "opens_at": now + timedelta(days=opens),
        "closes_at": now + timedelta(days=closes),
    }
    petition = Petition(
        pk=-number,
        slug=f"sample-{number}",
        locale=Locale.get_active(),
        live=True,
        **(texts | settings | fields),
    )
    petition.tally = Tally(pk=petition.pk, petition=petition, total=12_345)
    petition.tally.survey = Survey(tally=petition.tally, day=surveys.today(), today=212)
    petition.versions = [Version(pk=number, digest=digest_of(petition))]
    petition.preview_in(state)
    return petition


def petitions() -> list[dict[str, Any]]:
    """Return a petition in each state, and the open one's form, both empty and with errors."""
    shown = [
        {"petition": make_petition(state, number=number, title=state.label.capitalize())}
        for number, state in enumerate(STATES, start=1)
    ]
    words = {"title": LONG, "ask": f"{LONG} {LONG} {LONG}", "salutation": f"{LONG},"}
    wrong = make_petition(State.OPEN, number=9, goal=None, postcode_field="required", **words)
    wrong.versions[0].reason = _("There was a mistake in the second line.")
    data = {"name": "www.example.org", "email": "ada@", "country": "", "version": 9}
    return [*shown, {"petition": wrong, "form": SignForm(wrong, data)}]


def heads() -> list[CampaignPage]:
    """Return the top of a campaign page in each state: with a picture, a film or neither."""
    picture, shown = CustomImage.objects.order_by("-created_at").first(), []
    for number, state in enumerate(STATES, start=21):
        petition = make_petition(state, number=number)
        if state == State.WON:
            petition.tally.handed_over_at = petition.original.closes_at
            petition.tally.won_on = timezone.localdate()
        page = CampaignPage(
            title=petition.title,
            petition=petition,
            listing_summary=_("The last one that runs free is to be dammed."),
            listing_image=None if state == State.PAUSED else picture,
            caption=_("The last one that runs free is to be dammed."),
            film="https://vimeo.com/1" if state == State.CLOSED else "",
        )
        page.pk = petition.pk
        shown.append(page)
    return shown


def campaign() -> CampaignPage:
    """Return a campaign page with a long timeline."""
    now = timezone.now()
    petition = make_petition(State.OPEN, number=10, closes_at=now - timedelta(days=3))
    petition.tally.handed_over_at = now - timedelta(days=2)
    petition.tally.won_at = now - timedelta(days=1)
    update = {
        "day": timezone.localdate() - timedelta(days=12),
        "heading": _("We were heard in parliament"),
        "text": "<p>" + _("For an hour, by the committee that decides.") + "</p>",
        "pictures": [{"image": newest_image(), "caption": ""}],
    }
    page = CampaignPage(petition=petition, updates=[("update", update)])
    page.pk = petition.pk
    return page


def story() -> StreamValue:
    """Return all blocks of a story as their previews show them, and images in every size.

    The petition block is left out: `petitions` shows it in every state.
    """
    block = StoryBlock()
    shown = [
        (name, child.get_preview_value())
        for name, child in block.child_blocks.items()
        if name != "petition"
    ]
    for size in ("wide", "full"):
        for name in ("image", "gallery"):
            value = block.child_blocks[name].get_preview_value()
            value |= {"size": size, "shape": "square"}
            shown.append((name, value))
    return StreamValue(block, shown)


def thanks() -> StreamValue:
    """Return the blocks that can follow the thanks and are not available in stories."""
    block = ThanksBlock()
    names = ("share", "call_to_action", "campaign", "update")
    return StreamValue(
        block, [(name, block.child_blocks[name].get_preview_value()) for name in names]
    )


def cards() -> list[dict[str, Any]]:
    """Return cards with and without a picture, with one signature and with many, in each state."""
    words = {
        "url": "#cards",
        "title": _("Keep the river free"),
        "listing_summary": _("The last one that runs free is to be dammed."),
        "listing_image": newest_image(),
        "published_on": timezone.localdate(),
        "card_state": State.OPEN,
        "card_goal": 20_000,
        "card_count": 12_345,
        "petition": make_petition(State.OPEN, number=12),
        "shown_topics": [{"slug": "rivers", "title": _("Rivers")}],
    }
    return [
        words,
        words | {"card_count": 1, "card_goal": 100, "listing_image": None},
        words | {"card_count": 0, "card_goal": None, "title": LONG},
        *(words | {"card_state": state, "card_goal": None} for state in STATES[1:]),
        words | {"card_count": 10_000_000, "card_state": State.WON},
    ]


def components() -> dict[str, Any]:
    """Return the samples of all components, as context for the style guide's template."""
    petition = make_petition(State.OPEN, number=11)
    name = "Ada Lovelace"
    signer = Signature(name=name, updates=True, shown_as="Ada L.")
    signer.petition = petition
    words = links.words(petition.texts, petition.title)
    return {
        "counts": COUNTS,
        "levels": LEVELS,
        "states": STATES,
        "petitions": petitions(),
        "sample": campaign(),
        "story": story(),
        "cards": cards(),
        "comments": [
            PublicComment(_("My children learned to swim in this river."), "Amina"),
            PublicComment("نهرنا هو حياتنا.", ""),
        ],
        "signers": [
            {"name": name, "country": country, "signed": signed}
            for name, country in (("Ada L.", _("France")), ("Grace H.", ""))
            for signed in ("week", "month", "")
        ],
        "organisations": [_("River Club"), _("Union of Fishers")],
        "milestone": (10_000, timezone.now()),
        "heads": heads(),
        "correct_form": CorrectForm(signer, {"name": ""}),
        "change": changes.change(
            Version(parts={"ask": _("Stop the dam and protect the valley.")}),
            {"ask": _("Stop the dam and protect both valleys.")},
        ),
        "version": Version(parts=petition.parts),
        "pages": Paginator(range(36), 12).page(2),
        "share_url": petition.full_url,
        "share_links": links.share_links(petition.full_url, words),
        "words": words,
        "thanks": thanks(),
        "thanked": [
            Thanked(petition, number=3_413),
            Thanked(petition, number=12, is_rank=False),
        ],
        "shared": petition,
        "day": timezone.localdate(),
        "signed": {
            "signature": {"name": "Ada Lovelace", "shown_as": "Ada L."},
            "answers": [(_("Country"), "Kenya")],
            "shown": "Ada L., Kenya",
        },
        "stored": {
            "retained_until": timezone.localdate(),
            "mailings_until": timezone.localdate() + timedelta(days=30),
        },
    }
