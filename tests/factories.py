"""Things to test with. They hold no surprises: what a test is about, it sets itself."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, Revision, Site
from wagtail.rich_text import RichText

from campaigns.mailings.mailing import Mailing
from campaigns.models import (
    Appeal,
    ArticlePage,
    CampaignIndexPage,
    CampaignPage,
    Contact,
    CustomImage,
    NewsIndexPage,
    OutgoingMail,
    Petition,
    Representative,
    Resending,
    Signature,
    Tally,
    Topic,
    Version,
)
from campaigns.moderation.comments import CommentDecision, DecidedComment
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.petitions.languages import LETTER
from campaigns.petitions.signed_versions import changes
from campaigns.petitions.signed_versions.parts import digest
from campaigns.signatures.email_keys import email_key
from home.models import HomePage
from tests.placing import place

root_collection = cache(lambda: Collection.get_first_root_node().pk)  # as migrations made it


def make_petition(*, live: bool = True, locale: str = "en", **fields: Any) -> Petition:
    """A petition that is open; with live=False a draft."""
    kept_in = getattr(fields.pop("collection", None), "pk", None) or root_collection()
    language, _ = Locale.objects.get_or_create(language_code=locale)
    values = {
        "title": "Keep the river free",
        "ask": "Call on the minister to stop the dam.",
        "salutation": "Dear Minister,",
        "opening": "The river is the last one that runs free.",
        "demands": [("demand", "stop the dam"), ("demand", "protect the valley")],
        "close": "Let it run.",
        "consent": "I agree that my signature is stored and handed over.",
    }
    petition = Petition(collection_id=kept_in, locale=language, live=live, **(values | fields))
    return with_revision(petition, insert)


def insert(petition: Petition) -> None:
    """Insert the rows that the first save of a petition inserts, without its other queries."""
    petition.settle_names()
    models.Model.save(petition, force_insert=True)
    petition.tally = Tally.objects.create(
        translation_key=petition.translation_key, petition=petition
    )
    if petition.live:
        petition.record_questions()
        Version.objects.create(
            tally=petition.tally,
            locale_id=petition.locale_id,
            parts=(parts := petition.parts),
            digest=digest(parts),
        )


def with_revision(petition: Petition, save: Callable[[Petition], None] = Petition.save) -> Petition:
    """Save a petition as publishing it or saving a draft does, with a fifth of the queries."""
    if petition.live:
        petition.first_published_at = petition.last_published_at = timezone.now()
    save(petition)
    revision = Revision.objects.create(
        content_object=petition,
        base_content_type=petition.get_base_content_type(),
        object_str=str(petition),
        content=petition.serializable_data(),
    )
    Petition.objects.filter(pk=petition.pk).update(
        latest_revision=revision,
        live_revision=revision if petition.live else None,
        has_unpublished_changes=not petition.live,
    )
    return Petition.objects.get(pk=petition.pk)


def make_translation(original: Petition, code: str, *, live: bool = True, **words: Any) -> Petition:
    """Translate the petition: texts that are not given are those of the original, marked."""
    locale, _ = Locale.objects.get_or_create(language_code=code)
    petition = original.copy_for_translation(locale)
    for name in LETTER:
        value = getattr(petition, name)
        if name == "demands":
            value = [("demand", f"[{code}] {demand.value}") for demand in value]
        elif name != "targets" and value:
            value = f"[{code}] {value}"
        setattr(petition, name, value)
    for name, value in words.items():
        setattr(petition, name, value)
    petition.live = live
    return with_revision(petition)


def change_texts(petition: Petition, **words: str) -> None:
    """Publish other texts in the place of those that people have signed."""
    draft = Petition.objects.get(pk=petition.pk)
    for name, text in words.items():
        setattr(draft, name, text)
    revision = draft.save_revision()
    changes.explain(draft, reason="There was a mistake.")
    revision.publish()


def make_signature(
    petition: Petition, *, email: str = "ada@example.org", **fields: Any
) -> Signature:
    """A confirmed signature: by a link, where the petition asks for that."""
    now, is_typed = timezone.now(), fields.get("channel", "form") in ("form", "embed")
    is_proven = is_typed and petition.original.confirms_by_email
    values = {
        "name": "Ada Lovelace",
        "language": petition.locale.language_code,
        "version": petition.version,
        "signed_at": now,
        "confirmed_at": now,
        "proven_at": fields.get("confirmed_at", now) if is_proven else None,
        "email_key": email_key(petition.tally.pk, email),
    }
    return Signature.objects.create(tally=petition.tally, email=email, **(values | fields))


def day(number: int = 0) -> date:
    """Today plus a number of days."""
    return timezone.localdate() + timedelta(days=number)


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_ended(*, days: float = 91, **fields: Any) -> Petition:
    """A petition that closed some days ago, and keeps its signers' data for 90."""
    times = {"opens_at": days_ago(365), "closes_at": days_ago(days)}
    return make_petition(**times | {"retention_days": 90} | fields)


def make_pending(petition: Petition, *, days: float, **fields: Any) -> Signature:
    """A signature that was signed some days ago and not confirmed."""
    times = {"confirmed_at": None, "signed_at": days_ago(days)}
    return make_signature(petition, **times | fields)


def make_mail(
    signature: Signature, *, kind: str = "confirm", outcome: str = "sent"
) -> OutgoingMail:
    """Make an email that is due on the day of signing."""
    return OutgoingMail.objects.create(
        signature=signature, kind=kind, outcome=outcome, due_at=signature.signed_at
    )


def make_decision(*signatures: Signature, reason: str) -> Decision:
    """Make a decision that invalidated all these signatures as fakes."""
    decision = Decision.objects.create(moderation="invalidated", reason=reason)
    for signature in signatures:
        ModeratedSignature.objects.create(decision=decision, signature=signature)
        decision.tallies.add(signature.tally)
    return decision


def make_comment_decision(signature: Signature) -> CommentDecision:
    """Make a decision not to show a comment."""
    decision = CommentDecision.objects.create(state="hidden")
    DecidedComment.objects.create(decision=decision, signature=signature)
    return decision


def make_resending(petition: Petition) -> Resending:
    """Make a resending of confirmation emails to signers of this petition."""
    resending = Resending.objects.create()
    resending.tallies.add(petition.tally)
    return resending


def make_home() -> HomePage:
    """Make the home page at the root of the default site."""
    site = Site.objects.filter(is_default_site=True).first()
    if site and isinstance(site.root_page.specific, HomePage):
        return site.root_page.specific
    home = HomePage(title="Home", slug="front", listing_summary="A site that acts.")
    place(home, below=Page.get_first_root_node())
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": "Lastdrop"},
    )
    return home


def make_campaign(petition: Petition | None = None, **fields: Any) -> CampaignPage:
    """A live campaign page under the index of campaigns."""
    petition = petition or make_petition()
    index = CampaignIndexPage.objects.first()
    if index is None:
        index = place(CampaignIndexPage(title="Campaigns"), below=make_home())
    values = {"title": petition.title, "listing_summary": "The last free river."}
    return place(CampaignPage(petition=petition, **(values | fields)), below=index)


def make_translated_page(page: CampaignPage, petition: Petition, **fields: Any) -> CampaignPage:
    """The page in the language of a translation of its petition, and the pages above it."""
    locale = petition.locale
    for each in (page.get_parent().get_parent(), page.get_parent(), page):
        if not each.has_translation(locale):
            copy = each.specific.copy_for_translation(locale)
            values = {"petition": petition} | fields if isinstance(copy, CampaignPage) else {}
            for name, value in ({"live": True} | values).items():
                setattr(copy, name, value)
            copy.save()
    return page.get_translation(locale)


def make_article(**fields: Any) -> ArticlePage:
    """A live article under the index of news."""
    index = NewsIndexPage.objects.first()
    if index is None:
        index = place(NewsIndexPage(title="News"), below=make_home())
    values = {"title": "Snow in January", "listing_summary": "A fight with snowballs."}
    return place(ArticlePage(**(values | fields)), below=index)


def make_topic(title: str = "Rivers", *, locale: str = "en", **fields: Any) -> Topic:
    language, _ = Locale.objects.get_or_create(language_code=locale)
    topic = Topic(locale=language, title=title, **fields)
    topic.full_clean()
    topic.save()
    return topic


def make_contact(name: str = "Jane Doe", **fields: Any) -> Contact:
    """A contact with all that the public must not see."""
    values = {
        "role": "Minister",
        "email": "jane.doe@ministry.example",
        "postal_address": "1 Hidden Lane\n12345 Capital",
    }
    return Contact.objects.create(name=name, **(values | fields))


def make_appeal(*, areas: int = 2, live: bool = True, **fields: Any) -> Appeal:
    """An appeal with one representative in each area: Area 1, Area 2 …"""
    values = {
        "title": "Write to your member of parliament",
        "slug": "parliament",
        "lead": "A letter from the constituency is read.",
        "area_label": "Constituency",
        "subject": "The last free river",
        "text": "Dear {representative},\nplease stop the dam & save 100 %.",
        "language": Locale.get_default(),
    }
    appeal = Appeal.objects.create(live=live, **(values | fields))
    Representative.objects.bulk_create(
        Representative(
            appeal=appeal,
            area=f"Area {number}",
            name=f"Member {number}",
            email=f"member{number}@parliament.example",
        )
        for number in range(1, areas + 1)
    )
    return appeal


def make_image(*, colour: str = "red", **fields: Any) -> CustomImage:
    """A picture of one colour, so small that its renditions take no time."""
    file = get_test_image_file(size=(400, 250), colour=colour)
    return CustomImage.objects.create(**{"title": colour, "file": file, **fields})


def make_mailing(*petitions: Petition, **fields: Any) -> Mailing:
    """A draft of a mailing to the signers of these petitions."""
    values = {
        "subject": "The minister has answered",
        "preheader": "And now?",
        "fallback": "friend",
        "language": "en",
        "body": [("text", RichText("<p>Dear {name}, the dam will not be built.</p>"))],
    }
    mailing = Mailing.objects.create(**(values | fields))
    mailing.tallies.set([petition.tally for petition in petitions])
    return Mailing.objects.get(pk=mailing.pk)  # with the values that the database has
