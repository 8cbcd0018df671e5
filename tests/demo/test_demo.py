"""The demo: a whole site, built twice without harm, in development only."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model, password_validation
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from wagtail.images.models import Filter
from wagtail.models import Page, Site

from campaigns.cms.permissions import signatures_for, tallies_for
from campaigns.counting import counting
from campaigns.models import (
    ArticlePage,
    CampaignPage,
    CustomImage,
    OutgoingMail,
    Petition,
    Rendition,
    Signature,
    State,
    Tally,
)
from campaigns.petitions import translation_guard
from campaigns.privacy import retention
from campaigns.signatures import key_fingerprint, public_signers
from campaigns.signatures.columns import PERSONAL
from demo import building, staff
from home.models import HomePage, Identity
from tests.factories import make_petition, make_signature
from tests.pictures import of_small_copies

SHARE = 0.02


def numbers() -> dict[str, int]:
    """How many rows each table has."""
    models = (model for model in apps.get_models() if model is not Rendition)
    return {model._meta.label: model._base_manager.count() for model in models}


def moments() -> dict[str, list[Any]]:
    """Rows and timestamps that would change if anything were saved again."""
    return {
        "pages": list(Page.objects.order_by("pk").values_list("pk", "latest_revision_created_at")),
        "petitions": list(Petition.objects.order_by("pk").values_list("pk", "last_published_at")),
        "tallies": list(Tally.objects.order_by("pk").values()),
        "passwords": list(get_user_model().objects.order_by("pk").values_list("password")),
    }


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """A small demo for all tests of this module, rolled back after them."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    patched = pytest.MonkeyPatch.context()
    with django_db_blocker.unblock(), media, patched as patch, transaction.atomic():
        patch.setattr(Filter, "run", of_small_copies(Filter.run))
        building.build(share=SHARE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built, db) -> None:
    pass


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_building_again_adds_and_changes_nothing(demo, monkeypatch):
    monkeypatch.setattr(building, "make_renditions", lambda: None)  # only takes time
    before = numbers(), moments()

    run()

    assert (numbers(), moments()) == before


def test_if_empty_leaves_a_site_alone_and_names_its_logins(demo):
    make_signature(make_petition(), source="")
    before = numbers(), moments()

    said = run("--if-empty")

    assert said == run("--logins") != ""
    assert (numbers(), moments()) == before


def test_every_state_is_there(demo):
    states = {petition.slug: petition.state for petition in Petition.objects.all()}

    assert states == {
        "let-russia-speak": State.CLOSED,
        "keep-the-talva-free": State.OPEN,
        "keep-harbour-lane-open": State.OPEN,
        "bring-back-the-night-bus": State.OPEN,
        "keep-the-light-at-port-ansel": State.SCHEDULED,
        "keep-radio-kettle-on-air": State.PAUSED,
        "save-the-trees-on-foundry-road": State.WON,
    }
    unconfirmed = Petition.objects.filter(confirms_by_email=False)
    assert [petition.slug for petition in unconfirmed] == ["bring-back-the-night-bus"]


def test_the_home_page_leads_to_an_open_petition_that_asks_for_confirmation(demo):
    home = Site.objects.get(is_default_site=True).root_page.specific

    petition = home.featured_campaign.petition

    assert isinstance(home, HomePage)
    assert (petition.state, petition.confirms_by_email) == (State.OPEN, True)
    homes = Page.objects.filter(depth=2).values_list("locale__language_code", "translation_key")
    assert set(homes) == {(code, home.translation_key) for code in ("en", "ru", "ar")}


@pytest.mark.parametrize("page", [CampaignPage, ArticlePage])
def test_stories_are_complete(demo, page):
    for story in page.objects.all():
        revisions = [revision.as_object() for revision in story.revisions.all()]
        texts = [story.title, story.listing_summary, story.social_text]

        story.full_clean()
        assert all(texts), story.slug
        assert (story.live, story.has_unpublished_changes, len(revisions)) == (True, False, 1)
        assert story.listing_image.description
        assert story.published_on <= timezone.localdate()


def test_petitions_stand_in_stories_after_them_and_in_the_news(demo):
    places = {page.slug: page.shows_petition_itself for page in CampaignPage.objects.all()}
    chosen = [
        block.value["petition"].slug
        for article in ArticlePage.objects.all()
        for block in article.body
        if block.block_type == "petition"
    ]

    assert set(places.values()) == {True, False}
    assert places["let-russia-speak"]
    assert chosen == ["keep-the-talva-free"]


def test_pages_answer_and_the_privacy_notice_is_linked(demo, client):
    pages = Page.objects.filter(slug__in=["lastdrop", "let-russia-speak", "privacy"])

    found = {page.slug: client.get(page.get_url()).status_code for page in pages}

    assert found == {"lastdrop": 200, "let-russia-speak": 200, "privacy": 200}
    assert Identity.objects.get().privacy_page.slug == "privacy"


@pytest.mark.parametrize("code", ["ru", "ar"])
def test_one_campaign_is_there_in_other_languages(demo, client, code):
    english = Petition.objects.get(slug="keep-the-talva-free", locale__language_code="en")
    petition = Petition.objects.get(slug="keep-the-talva-free", locale__language_code=code)

    pages = [client.get(f"/{code}{path}") for path in ("/", "/campaigns/keep-the-talva-free/")]

    assert petition.tally == english.tally
    assert translation_guard.untranslated(petition) == []
    # Else who signs in this language would not be emailed to the targets.
    assert [block.id for block in petition.targets] == [block.id for block in english.targets]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(petition.title in page.content.decode() for page in pages)


def test_one_search_recommends_a_page_before_what_it_finds_besides(demo, client):
    context = client.get("/search/", {"query": "river"}).context

    assert [result.title for result in context["promoted"]] == ["Keep the Talva free"]
    assert context["found"] > 1


def test_pictures_are_small_and_described(demo):
    sizes = {
        image.title: Path(image.file.path).stat().st_size for image in CustomImage.objects.all()
    }

    assert len(sizes) == 10
    assert max(sizes.values()) < 200_000
    assert all(image.credit and image.description for image in CustomImage.objects.all())
    assert all(image.file_size and image.width == 1600 for image in CustomImage.objects.all())


def test_signatures_fit_their_petition(demo):
    now = timezone.now()
    for signature in Signature.objects.select_related("tally__petition", "version"):
        tally, original = signature.tally, signature.tally.petition
        ends = [now, original.closes_at, tally.paused_at, tally.won_at]

        assert original.opens_at - timedelta(days=1) < signature.signed_at < min(filter(None, ends))
        assert signature.confirmed_at is None or (
            signature.signed_at <= signature.confirmed_at <= now
        )
        assert signature.source == "demo"
        if not signature.anonymised_at:
            assert signature.signed_at >= original.opens_at
            assert signature.version.parts == original.parts
            assert signature.email.endswith("@example.org")
            assert signature.email.isascii()
        if signature.state == "pending":
            assert (original.confirms_by_email, original.state) == (True, State.OPEN)
            assert signature.signed_at >= now - timedelta(days=7)


def test_the_signatures_of_2013_are_empty_and_still_count(demo):
    petition = Petition.objects.get(slug="let-russia-speak")
    signatures = petition.tally.signatures

    kept = {name for name in PERSONAL if signatures.exclude(**{name: None}).exists()}

    assert kept == set()
    assert not signatures.filter(anonymised_at=None).exists()
    assert not signatures.filter(country=None).exists()
    assert not signatures.filter(updates=True).exists()
    assert {row.signed_at.hour for row in signatures.all()} == {0}
    assert petition.tally.total == signatures.counted().count() > 90


def test_the_tallies_are_right_and_no_mail_is_owed(demo):
    assert counting.recount() == []
    assert not OutgoingMail.objects.filter(outcome="").exists()
    retention.run()
    assert not OutgoingMail.objects.filter(outcome="").exists()
    assert counting.site_total() == Signature.objects.counted().count()


def test_one_petition_names_those_who_agreed(demo):
    river = Petition.objects.get(slug="keep-the-talva-free", locale__language_code="en")
    agreed = Signature.objects.filter(shown_as__isnull=False)

    assert set(agreed.values_list("tally", flat=True)) == {river.tally.pk}
    assert len(public_signers.signers(river)) == public_signers.SHOWN


def test_the_manager_of_the_city_sees_the_city_alone(demo):
    users = get_user_model().objects
    seen = {
        name: {
            action: set(tallies_for(users.get(username=name), action).values_list("petition__slug"))
            for action in ("view", "export", "delete")
        }
        for name in ("editor", "manager", "citymanager")
    }
    everything = set(Tally.objects.values_list("petition__slug"))
    city = set(
        Tally.objects.filter(petition__collection__name="City").values_list("petition__slug")
    )

    assert 0 < len(city) < len(everything)
    assert seen["citymanager"] == {"view": city, "export": city, "delete": city}
    assert seen["manager"] == {"view": everything, "export": everything, "delete": everything}
    assert seen["editor"] == {"view": everything, "export": set(), "delete": set()}
    assert signatures_for(users.get(username="citymanager"), "view").exists()


def test_logins_are_listed_and_work(demo, client):
    rows = [line.split(maxsplit=2)[:2] for line in run("--logins").splitlines()]

    assert [name for name, _ in rows] == ["editor", "moderator", "manager", "citymanager", "admin"]
    for name, password in rows:
        user = get_user_model().objects.get(username=name)
        password_validation.validate_password(password, user)
        client.post("/admin/login/", {"username": name, "password": password})
        assert client.get("/admin/").status_code == 200


def test_a_login_with_another_password_is_not_listed(demo):
    user = get_user_model().objects.get(username="admin")
    user.set_password("something that nobody else knows")
    user.save()

    assert "admin" not in [name for name, _, _ in staff.logins()]


@pytest.mark.django_db
def test_signatures_of_others_are_left_alone():
    make_signature(make_petition(), source="")
    key_fingerprint.verify()  # stores the fingerprint, as the command would
    before = numbers()

    with pytest.raises(CommandError, match="did not make"):
        run()

    assert numbers() == before
