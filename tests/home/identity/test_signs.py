"""An organisation's own logo and sign, wherever the drop of this software would be."""

import io
import re

import pytest
from django.core.files.images import ImageFile
from PIL import Image, ImageDraw

from campaigns.mail import composing
from campaigns.models import CustomImage
from campaigns.sharing import cards, posters
from home.identity.look import Look
from home.models import Identity
from tests.factories import make_home, make_petition

pytestmark = pytest.mark.django_db


def make_picture(kind: str = "PNG", *, transparent: bool = True, colour="#0a0") -> CustomImage:
    picture = Image.new("RGBA", (400, 400), "#0000" if transparent else "#fff")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), fill=colour)
    out = io.BytesIO()
    picture.save(out, kind)
    return CustomImage.objects.create(title="Sign", file=ImageFile(out, f"sign.{kind.lower()}"))


def make_identity(**fields) -> Identity:
    return Identity.objects.create(site=make_home().get_site(), name="Rivers First", **fields)


def form(**fields):
    return {
        "name": "Us",
        "faces": "poster",
        "sign": "drop",
        "privacy_page": "",
        "social-count": "0",
        **fields,
    }


def test_the_drop_is_nowhere_where_a_circle_was_chosen(client):
    make_identity(sign="round")

    text = client.get("/").content.decode()
    sheet = client.get(Look(sign="round").url).content.decode()

    assert "<circle" in text
    assert "<path" not in text
    assert "icons/circle" in sheet
    assert sheet.count("content: none;") == 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_own_sign_fills_and_stands_beside_the_name_and_in_tabs(client, kind):
    picture = make_picture(kind)
    identity = make_identity(sign="own", sign_picture=picture)

    text = client.get("/").content.decode()

    mask = picture.shown("max-400x400|format-png")
    sheet = client.get(identity.look.url).content.decode()
    assert identity.look.url in text
    assert f'mask-image: url("{mask.url}")' in sheet
    assert f'class="plate" src="{mask.url}"' in text
    assert f'<link rel="icon" href="{picture.shown("max-96x96|format-png").url}">' in text
    touch = picture.shown("max-180x180|bgcolor-ffffff|format-png")
    assert f'<link rel="apple-touch-icon" href="{touch.url}">' in text
    assert Image.open(touch.file).convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_while_the_file_of_the_sign_is_away_the_drop_is_drawn(client):
    picture = make_picture()
    picture.file.storage.delete(picture.file.name)
    make_identity(sign="own", sign_picture=picture)

    response = client.get("/")

    assert response.status_code == 200
    assert '<svg class="mark"' in response.content.decode()


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (None, "Choose the picture of your symbol."),
        (False, "no transparent background"),
        (True, ""),
    ],
)
def test_a_sign_needs_an_outline(admin_client, picture, said):
    identity = make_identity()
    address = f"/admin/settings/home/identity/{identity.site_id}/"
    chosen = "" if picture is None else make_picture(transparent=picture).pk

    answer = admin_client.post(address, form(sign="own", sign_picture=chosen))

    assert answer.status_code == (200 if said else 302)
    assert said in answer.content.decode()
    identity.refresh_from_db()
    assert identity.sign == ("drop" if said else "own")


def test_a_logo_for_dark_grounds_stands_on_them(client):
    logo, on_dark = make_picture(), make_picture(colour="#fff")
    make_identity(logo=logo, logo_on_dark=on_dark)

    text = client.get("/").content.decode()

    head, foot = text.split("<main")[0], text.split('<footer class="site-foot">')[1]
    light, dark = (each.shown("max-480x152").url for each in (logo, on_dark))
    assert f'<source srcset="{dark}" media="(prefers-color-scheme: dark)"' in head
    assert f'<img src="{light}"' in head
    assert f'<img src="{dark}"' in foot
    assert 'class="plate' not in text


def test_a_logo_without_one_stands_on_a_light_ground_there(client):
    logo = make_picture()
    make_identity(logo=logo)

    text = client.get("/").content.decode()

    head, foot = text.split("<main")[0], text.split('<footer class="site-foot">')[1]
    assert 'class="plate" src=' in head
    assert 'class="plate plate-on-dark" src=' in foot


def test_a_name_that_is_in_the_logo_is_said_and_not_written(client):
    make_identity(logo=make_picture(), logo_has_name=True)
    petition = make_petition()

    text = client.get("/").content.decode()
    mail = composing.sample(petition, "thanks", name="Ana", email="ana@example.org")

    name = text.split('class="site-name"')[1].split("</a>")[0]
    assert 'alt="Rivers First"' in name
    assert name.count("Rivers First") == 1
    html = mail.alternatives[0].content
    assert 'alt="Rivers First"' in html
    assert html.count(">Rivers First</a>") == 1  # at the foot


@pytest.mark.parametrize("chosen", ["logo", "logo_on_dark", "sign", "round"])
def test_cards_and_posters_show_what_was_chosen(chosen):
    picture = make_picture(colour="#00aa00")
    fields = {"sign": "own", "sign_picture": picture} if chosen == "sign" else {chosen: picture}
    make_identity(**({"sign": "round"} if chosen == "round" else fields))
    petition = make_petition()

    card = Image.open(io.BytesIO(cards.draw(petition, total=1))).crop((900, 250, 1200, 600))
    poster = posters.poster(petition)

    colours = {tuple(value // 64 for value in pixel) for _, pixel in card.getcolors(300 * 350)}
    green, white, orange = (0, 2, 0), (3, 3, 3), (3, 1, 0)
    assert (green in colours) == (chosen in ("logo", "logo_on_dark"))
    assert (white in colours) == (chosen == "logo")
    assert (orange in colours) == (chosen in ("sign", "round"))
    assert b"/Subtype /Image" in poster


@pytest.mark.parametrize("look", [Look("#0b5d3b"), Look(sign="round")])
def test_a_look_without_a_picture_has_an_icon_in_its_colours(client, look):
    make_identity(colour=look.first, sign=look.sign)

    text = client.get("/").content.decode()
    svg, png = (client.get(look.url_of(kind)) for kind in ("svg", "png"))

    ground = look.colours["ultramarine"][0]
    assert f'<link rel="icon" href="{look.url_of("svg")}">' in text
    assert f'fill="{ground}"' in svg.content.decode()
    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    icon = Image.open(io.BytesIO(png.content))
    assert icon.size == (180, 180)
    assert "#{:02x}{:02x}{:02x}".format(*icon.getpixel((2, 2))) == ground


def test_the_sample_shows_a_picture_before_it_is_saved(admin_client):
    make_identity()
    picture = make_picture()
    query = {"colour": "", "sign": "own", "sign_picture": picture.pk, "scheme": "dark"}

    text = admin_client.get("/_util/look/", query).content.decode()

    assert (
        f'class="plate plate-on-dark" src="{picture.shown("max-400x400|format-png").url}"' in text
    )


@pytest.mark.parametrize("chosen", ["x", "0", "9" * 30, "\0"])
def test_a_picture_that_does_not_exist_leaves_the_sample_as_it_is(admin_client, chosen):
    make_identity()

    response = admin_client.get("/_util/look/", {"colour": "", "logo": chosen, "sign": "star"})

    assert response.status_code == 200


def test_a_page_that_is_not_there_speaks_of_no_drop(client):
    make_identity(sign="round")

    assert "drop here" not in client.get("/nowhere/").content.decode()


def test_in_a_dark_mail_the_logo_stands_on_a_white_ground():
    make_identity(logo=make_picture())

    mail = composing.sample(make_petition(), "thanks", name="Ana", email="ana@example.org")

    html = mail.alternatives[0].content
    dark = html.partition("@media (prefers-color-scheme: dark)")[2].partition("</style>")[0]
    assert re.search(r"\.plate \{[^}]*background-color: #fff", dark)
    assert re.search(r'class="plate"><img', html)
