"""Submenus and links to other URLs: what editors can enter, and what readers find."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from home.blocks import NavigationItem, check_address
from home.models import ContentPage, Navigation
from tests.factories import make_home

DONATE = "https://example.org/donate/?from=us"


def link(page=None, url=None, label=""):
    return {"page": page, "url": url, "label": label}


@pytest.mark.parametrize("address", [DONATE, "mailto:us@example.org", "mailto:us@a.org?subject=Hi"])
def test_web_addresses_and_mailboxes_are_taken(address):
    assert check_address(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "javascript:alert(1)",
        "https://us@example.org",
        "https://[",
        "https://",
        "mailto:nobody",
        "/about/",
    ],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(ValidationError, match="begins with https://"):
        check_address(address)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["page", "label"])
def test_a_link_leads_to_one_place_and_says_where(field):
    home = make_home()
    wrong = {
        "page": [link(), link(home, DONATE, "Donate")],
        "label": [link(url=DONATE)],
    }

    for value in wrong[field]:
        block = NavigationItem()
        with pytest.raises(StructBlockValidationError) as caught:
            block.clean(block.to_python(value | {"page": value["page"] and value["page"].pk}))
        assert list(caught.value.block_errors) == [field]


@pytest.mark.django_db
def test_submenus_unfold_links_to_pages_and_to_other_addresses(client):
    about = make_home().add_child(instance=ContentPage(title="About us"))
    draft = make_home().add_child(instance=ContentPage(title="Draft", live=False))
    Navigation.objects.create(
        locale=Locale.get_default(),
        main=[
            ("link", link(url=DONATE, label="Donate")),
            ("submenu", {"label": "Who we are", "links": [link(about), link(draft)]}),
            ("submenu", {"label": "Nothing", "links": [link(draft)]}),
        ],
        foot=[("link", link(url="mailto:us@example.org", label="Mail"))],
    )

    text = client.get(about.url).content.decode()

    menu = re.search(r'<nav aria-label="Main">.*?</nav>', text, re.DOTALL)[0]
    assert re.findall(r"<(?:a|summary)[^>]*>[^<]*", menu) == [
        "<summary>Menu",
        f'<a href="{DONATE}">Donate',
        '<summary aria-current="true">Who we are',
        f'<a href="{about.url}" aria-current="page">About us',
        '<a href="/search/">Search',
    ]
    assert '<a href="mailto:us@example.org">Mail</a>' in text


def translate(translation, **typed):
    """Type the labels in wagtail-localize, and publish the row as its editor does."""
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if text := typed.get(segment.string.data.split()[0]):
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=translation.target_locale,
                context=segment.context,
                defaults={"data": text},
            )
    translation.save_target()


def shown(navigation):
    """Each link by its label, or by its page; each submenu with its links."""
    return [
        (
            value["label"] or value["page"],
            *(each["label"] or each["page"] for each in value.get("links", ())),
        )
        for value in (item.value for item in Navigation.objects.get(pk=navigation.pk).main)
    ]


@pytest.mark.django_db
def test_a_language_has_the_links_that_are_translated():
    russian = Locale.objects.create(language_code="ru")
    about = make_home().add_child(instance=ContentPage(title="About us"))
    links = [link(about), link(url=DONATE, label="Blog")]
    english = Navigation.objects.create(
        locale=Locale.get_default(),
        main=[
            ("link", link(url=DONATE, label="Donate now")),
            ("link", link(about)),
            ("submenu", {"label": "Who we are", "links": links}),
        ],
    )

    translate_object(english, [russian])
    translation = Translation.objects.get(target_locale=russian)
    steps = [shown(translation.get_target_instance())]
    for typed in ({"Who": "Кто мы"}, {"Donate": "Donate now", "Blog": "Блог"}):
        translate(translation, **typed)
        steps.append(shown(translation.get_target_instance()))

    assert steps == [
        [(about.page_ptr,)],
        [(about.page_ptr,), ("Кто мы", about.page_ptr)],
        [("Donate now",), (about.page_ptr,), ("Кто мы", about.page_ptr, "Блог")],
    ]
    by_hand = translation.get_target_instance()
    Translation.objects.update(enabled=False)
    StringTranslation.objects.all().delete()
    by_hand.full_clean()
    assert len(by_hand.main) == 3


@pytest.mark.django_db
def test_links_that_were_stored_before_are_read(client):
    home = make_home()
    row = Navigation.objects.create(locale=Locale.get_default())
    row.main = [{"type": "link", "value": {"page": home.pk, "label": "Way home"}}]
    row.save()

    text = client.get(home.url).content.decode()

    assert re.search(rf'<a href="{home.url}"[^>]*>Way home</a>', text)


@pytest.mark.django_db
def test_a_submenu_has_up_to_twelve_links():
    home = make_home()
    block = Navigation._meta.get_field("main").stream_block.child_blocks["submenu"]
    value = block.to_python({"label": "All", "links": []})

    value["links"].extend(
        [NavigationItem().to_python({"page": home.pk, "url": "", "label": ""})] * 12
    )
    assert len(block.clean(value)["links"]) == 12
    value["links"].append(value["links"][0])
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.parametrize("slug", ["about", "о-нас"])
@pytest.mark.django_db
def test_a_link_is_current_on_its_page_and_below_it_and_the_front_page_on_its_own(client, slug):
    home = make_home()
    about = home.add_child(instance=ContentPage(title="About us", slug=slug))
    team = about.add_child(instance=ContentPage(title="Team"))
    Navigation.objects.create(
        locale=Locale.get_default(), main=[("link", link(home)), ("link", link(about))]
    )

    def current(page) -> list[tuple[str, str]]:
        menu = re.search(r"<nav .*?</nav>", client.get(page.url).content.decode(), re.DOTALL)[0]
        return re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', menu)

    assert current(home) == [(home.url, "page")]
    assert current(about) == [(about.url, "page")]
    assert current(team) == [(about.url, "true")]


@pytest.mark.django_db
def test_a_long_menu_takes_no_more_queries_than_a_short_one(client):
    home = make_home()
    pages = [home.add_child(instance=ContentPage(title=f"Page {number}")) for number in range(6)]
    row = Navigation.objects.create(locale=Locale.get_default(), main=menu(pages[:2]))
    client.get(home.url)  # fills the caches of the process

    short = queries(client, home.url)
    row.main = menu(pages)
    row.save()

    assert queries(client, home.url) == short


def menu(pages) -> list[tuple[str, object]]:
    """Every second page as a link, the others in a submenu."""
    links = [("link", link(page)) for page in pages[::2]]
    return [*links, ("submenu", {"label": "More", "links": [link(page) for page in pages[1::2]]})]


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)
