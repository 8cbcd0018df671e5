"""The organisation's name, logo, colour and links, on every page and in previews."""

import io
import re
import zlib
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageColor
from wagtail.models import Locale, Site

from campaigns import caching
from campaigns.cms.files import may_publish_uses
from campaigns.mail import composing
from campaigns.models import DefaultTexts
from campaigns.sharing import cards, posters
from home.identity.look import Look
from home.models import Identity, Navigation
from tests.factories import make_article, make_home, make_image, make_petition


def make_identity(**fields):
    make_home()
    return Identity.objects.create(site=Site.objects.get(is_default_site=True), **fields)


@pytest.mark.django_db
def test_identity_stands_on_every_page(client):
    logo = make_image(title="Logo")
    links = [("link", {"label": "Mastodon", "url": "https://social.example/@us"})]
    make_identity(name="Rivers First", logo=logo, colour="#7a0c2e", social=links)

    text = client.get("/").content.decode()

    rendition = logo.renditions.get()
    assert "Rivers First" in text
    sheet = Look("#7a0c2e").url
    assert f'<link rel="stylesheet" href="{sheet}">' in text
    assert client.get(sheet).status_code == 200
    assert f'src="{rendition.url}"' in text
    assert '<a rel="me noopener" href="https://social.example/@us">Mastodon</a>' in text


@pytest.mark.django_db
def test_while_files_are_away_the_house_stands_without_its_pictures(client):
    logo = make_image()
    make_identity(name="Rivers First", logo=logo)
    article = make_article(listing_image=logo)
    Path(logo.file.path).unlink()

    pages = [client.get(path) for path in ("/", article.url, article.get_parent().url)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert '<svg class="mark"' in pages[0].content.decode()
    assert "og:image" not in pages[1].content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("colour", "ground", "words"),
    [("#7a0c2e", "#7a0c2e", "#ffffff"), ("", "#2511c6", "#ffffff"), ("#ffee00", "#ffee00", "")],
)
def test_its_colour_is_on_mails_cards_and_posters(colour, ground, words):
    make_identity(colour=colour)
    petition = make_petition()

    mail = composing.sample(petition, "thanks", name="Ana", email="ana@example.org")
    card = Image.open(io.BytesIO(cards.draw(petition, total=1)))
    content = re.search(rb"stream\n(.*?)\nendstream", posters.poster(petition), re.DOTALL)[1]

    assert f"border-top: 8px solid {ground}" in mail.alternatives[0].content
    pixels = zip(card.getpixel((9, 9)), ImageColor.getrgb(ground), strict=True)
    assert all(abs(a - b) < 4 for a, b in pixels)
    levels = (f"{level / 255:.4f}".rstrip("0").rstrip(".") for level in ImageColor.getrgb(ground))
    drawn = zlib.decompress(content)
    assert " ".join(levels).encode() + b" rg" in drawn
    assert (b"1 1 1 rg" in drawn or b"1 g" in drawn) == bool(words)


@pytest.mark.django_db
def test_without_any_of_it_the_house_looks_as_it_comes(client):
    make_identity(name="Rivers First")

    text = client.get("/").content.decode()

    assert "/look/" not in text
    assert '<svg class="mark"' in text
    assert 'class="social"' not in text


@pytest.mark.django_db
def test_a_draft_of_the_identity_is_previewed_and_nobody_else_sees_it(client):
    identity = make_identity(name="Rivers First")
    identity.name, identity.colour = "Rivers Only", "#0b4f3a"

    preview = identity.make_preview_request().content.decode()

    assert "Rivers Only" in preview
    assert Look("#0b4f3a").url in preview
    assert "Rivers First" in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("half", ["#", "red", "#ffee"])
def test_a_colour_that_is_being_typed_breaks_no_preview(half):
    identity = make_identity()
    identity.colour = half

    response = identity.make_preview_request()

    assert response.status_code == 200
    assert "/look/" not in response.content.decode()


@pytest.mark.django_db
def test_navigation_and_default_texts_are_previewed():
    home, locale = make_home(), Locale.get_default()
    navigation = Navigation(locale=locale, main=[("link", {"page": home, "label": "Way home"})])
    words = DefaultTexts(locale=locale, button="Count me in", thanks_heading="You are in")

    shown = navigation.make_preview_request().content.decode()
    said = words.make_preview_request().content.decode()

    assert "Way home" in shown
    assert "Count me in" in said
    assert "You are in" in said


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["campaigns_defaulttexts", "home_navigation"])
def test_what_is_not_saved_yet_is_previewed_in_the_language_of_its_form(name, admin_client):
    make_home()
    Locale.objects.create(language_code="ar")
    add, blocks = reverse(f"wagtailsnippets_{name}:add"), ("main", "foot", "thanks_blocks")

    for query, code in (("", "en"), ("?locale=ar", "ar")):
        form = admin_client.get(add + query).content.decode()
        preview = unescape(re.search(r'w-preview-url-value="([^"]+)"', form)[1])
        tab = unescape(re.search(r'href="([^"]+)"[^>]*data-w-preview-target="newTab"', form)[1])
        admin_client.post(preview, {f"{each}-count": 0 for each in blocks})
        pages = [admin_client.get(each).content.decode() for each in (f"{preview}&mode=", tab)]

        assert [f'<html lang="{code}"' in page for page in pages] == [True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [DefaultTexts, Navigation])
def test_who_adds_what_a_language_has_already_is_led_to_it(model, admin_client):
    locale = Locale.objects.create(language_code="ar")
    there = model.objects.create(locale=locale)
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}"
    add, edit = reverse(f"{name}:add"), reverse(f"{name}:edit", args=[there.pk])

    response = admin_client.get(f"{add}?locale=ar", follow=True)

    assert response.redirect_chain == [(edit, 302)]
    assert "each language has only one" in response.content.decode()
    assert admin_client.get(f"{add}?locale=en").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("model", [DefaultTexts, Navigation])
def test_what_was_typed_is_kept_if_a_colleague_has_added_it_meanwhile(model, admin_client):
    locale = Locale.objects.create(language_code="ar")
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}"
    typed = {f"{each}-count": 0 for each in ("main", "foot", "thanks_blocks")}
    typed |= {"thanks_text": "Thank you, and go on", "csrfmiddlewaretoken": "a" * 64}
    model.objects.create(locale=locale)

    response = admin_client.post(f"{reverse(f'{name}:add')}?locale=ar", typed)

    page = response.content.decode()
    assert (response.status_code, model.objects.count()) == (200, 1)
    assert "Somebody else has added this meanwhile" in page
    assert model is Navigation or "Thank you, and go on" in page


@pytest.mark.django_db
@pytest.mark.parametrize("model", [DefaultTexts, Navigation])
def test_another_language_is_previewed_in_it(model):
    make_home()
    locale = Locale.objects.create(language_code="ar")

    with translation.override("en"):
        text = model(locale=locale).make_preview_request().content.decode()

    assert '<html lang="ar" dir="rtl"' in text


@pytest.mark.django_db
def test_a_colour_is_checked_in_the_cms(admin_client):
    identity = make_identity()
    address = f"/admin/settings/home/identity/{identity.site_id}/"
    data = {
        "name": "Us",
        "faces": "poster",
        "sign": "drop",
        "privacy_page": "",
        "social-count": "0",
    }

    nonsense = admin_client.post(address, data | {"colour": "red"}).content.decode()
    admin_client.post(address, data | {"colour": "0B5D3B", "second_colour": " #ff8 "})

    assert "Write a # and six" in nonsense
    identity.refresh_from_db()
    assert (identity.colour, identity.second_colour) == ("#0b5d3b", "#ffff88")


@pytest.mark.django_db
def test_mails_and_feeds_are_the_houses_too(client):
    make_identity(name="River Watch")
    caching.clear()

    mail = composing.sample(make_petition(), "confirm", name="Ada", email="ada@example.org")

    assert "River Watch" in mail.body
    assert "River Watch" in mail.alternatives[0].content
    assert "<title>River Watch</title>" in client.get("/feeds/rss.xml").content.decode()


@pytest.mark.django_db
def test_the_cms_has_the_house_s_name_and_sign(client, admin_client):
    logo = make_image(title="Logo")
    make_identity(name="Rivers First", logo=logo)

    door = client.get("/admin/login/").content.decode()
    inside = admin_client.get("/admin/").content.decode()

    for text in (door, inside):
        assert " - Rivers First</title>" in text
        assert logo.shown("max-480x152").url in text
        assert "icons/favicon" in text
        assert "wagtail bird" not in text.lower()
    assert "Sign in to Wagtail" not in door


@pytest.mark.django_db
def test_its_pictures_belong_to_those_who_may_change_it_and_are_not_deleted_without_a_word(
    admin_client,
):
    pictures = {name: make_image(title=name) for name in ("logo", "logo_on_dark", "sign_picture")}
    identity = make_identity(sign="own", **pictures)
    editor, designer = map(User.objects.create_user, ("editor", "designer"))
    designer.user_permissions.add(Permission.objects.get(codename="change_identity"))

    asked = {
        name: admin_client.get(reverse("wagtailimages:delete", args=[image.pk])).content.decode()
        for name, image in pictures.items()
    }
    may = {
        user.username: [may_publish_uses(user, image) for image in (*pictures.values(), other)]
        for other in [make_image()]
        for user in (editor, designer)
    }

    for name, page in asked.items():
        assert f"Readers see “{name}” here: “{identity}”." in page, name
    assert may == {"editor": [False, False, False, True], "designer": [True] * 4}
