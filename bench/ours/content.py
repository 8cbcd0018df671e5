"""The content with which the bench fills a database: one campaign and its signatures."""

from typing import Any

from django.utils import timezone
from wagtail.models import Collection, Locale, Page, Site

from campaigns.models import CampaignIndexPage, CampaignPage, Petition, Signature
from campaigns.signatures.email_keys import email_key
from home.models import HomePage


def make_home() -> HomePage:
    """Return the home page at the root of the default site."""
    home = HomePage(title="Home", slug="front", listing_summary="A site that acts.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": "Lastdrop"},
    )
    return home


def make_petition(title: str = "Keep the river free") -> Petition:
    """Return an open petition."""
    petition = Petition(
        collection=Collection.get_first_root_node(),
        locale=Locale.objects.get(language_code="en"),
        live=False,
        title=title,
        ask="Call on the minister to stop the dam.",
        salutation="Dear Minister,",
        opening="The river is the last one that runs free.",
        demands=[("demand", "stop the dam"), ("demand", "protect the valley")],
        close="Let it run.",
        consent="I agree that my signature is stored and handed over.",
    )
    petition.save()
    petition.save_revision().publish()
    return Petition.objects.get(pk=petition.pk)


def make_campaign(home: HomePage, **fields: Any) -> CampaignPage:
    """Return a live page with an open petition, under an index of campaigns."""
    petition = make_petition()
    index = home.add_child(instance=CampaignIndexPage(title="Campaigns"))
    values = {"title": petition.title, "listing_summary": "The last free river."}
    page = CampaignPage(petition=petition, **(values | fields))
    index.add_child(instance=page)
    return page


def make_signature(petition: Petition, *, email: str, **fields: Any) -> Signature:
    """Return a signature, which is counted unless `fields` say otherwise."""
    now = timezone.now()
    values = {
        "name": "Ada Lovelace",
        "language": petition.locale.language_code,
        "version": petition.version,
        "signed_at": now,
        "confirmed_at": now,
        "proven_at": now,
    }
    return Signature.objects.create(
        tally=petition.tally,
        email=email,
        email_key=email_key(petition.tally.pk, email),
        **(values | fields),
    )
