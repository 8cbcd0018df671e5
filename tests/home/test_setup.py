"""manage.py setup: what a new installation starts with."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from campaigns.cms.new_campaign.choices import parents_for
from home import new_installation
from home.models import HomePage, Identity
from operations import health_readings
from tests.factories import make_home

pytestmark = pytest.mark.django_db

PASSWORD = "a river that runs free"


@pytest.fixture(autouse=True)
def of_the_environment(settings):
    settings.BASE_URL = "https://petition.example.org"
    settings.DEFAULT_FROM_EMAIL = "Keep the river free <petitions@example.org>"
    settings.OPERATOR_EMAIL = "ada@example.org"


def setup(**options: str) -> str:
    said = io.StringIO()
    call_command("setup", stdout=said, **options)
    return said.getvalue()


def welcome() -> Page:
    """Make what Wagtail's migrations leave in a new database."""
    Site.objects.all().delete()
    Page.get_first_root_node().get_children().delete()
    page = Page(title="Welcome to your new Wagtail site!", slug="home")
    Page.get_first_root_node().add_child(instance=page)
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


def test_a_new_site_gets_a_home_page_in_the_place_of_the_welcome(client):
    page = welcome()

    setup()

    home = HomePage.objects.get()
    site = Site.objects.get()
    identity = Identity.objects.get()
    assert not Page.objects.filter(pk=page.pk).exists()
    assert (site.root_page_id, site.hostname, site.port) == (home.pk, "petition.example.org", 443)
    assert (home.live, home.title, site.site_name) == (True,) + ("Keep the river free",) * 2
    assert (identity.name, identity.contact_email) == (home.title, "petitions@example.org")
    assert client.get("/").status_code == 200
    assert client.get("/campaigns/").status_code == 200
    assert parents_for(User(is_superuser=True, is_active=True)) != []


def test_the_first_account_gets_its_password_by_a_link_that_works_once(client):
    welcome()

    link = setup().splitlines()[-1]
    user = User.objects.get()
    before = user.has_usable_password()
    path = client.get(link.removeprefix("https://petition.example.org")).url
    fields = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post(path, fields)
    again = client.get(link.removeprefix("https://petition.example.org"))

    user.refresh_from_db()
    assert (user.username, user.email, user.is_superuser) == ("ada", "ada@example.org", True)
    assert (before, user.check_password(PASSWORD)) == (False, True)
    assert not again.context["validlink"]


def test_the_owner_of_the_first_account_sets_up_a_phone_at_once(client, settings):
    settings.SECOND_FACTOR = True
    welcome()
    setup()
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()

    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("wagtailadmin_home"))

    assert answer.url.startswith(reverse("set_up_second_factor"))


def test_what_a_person_has_made_stays():
    home = make_home()
    Site.objects.update(hostname="elsewhere.example.org", port=8443)
    User.objects.create_superuser("grace", "grace@example.org", PASSWORD)
    before = (list(Page.objects.values()), list(Site.objects.values()), list(User.objects.values()))

    said = setup(organisation="Another name", email="another@example.org")

    after = (list(Page.objects.values()), list(Site.objects.values()), list(User.objects.values()))
    assert HomePage.objects.get() == home
    assert after == before
    assert said == "The site has a home page already.\nThere is an administrator already.\n"


def test_a_lost_link_is_made_anew_for_the_same_account_whose_email_may_be_corrected():
    welcome()

    with pytest.raises(CommandError, match="“ada” is no email address"):
        setup(email="ada")
    links = {
        setup(email=email).splitlines()[-1][:60] for email in ("ada@example.org", "", "b@b.example")
    }
    user = User.objects.get()
    User.objects.update(last_login=timezone.now())
    setup(email="c@c.example")

    assert len(links) == 1
    assert (user.username, user.email) == ("b", "b@b.example")
    assert User.objects.get().email == "b@b.example"


def test_nobody_is_made_an_administrator_without_an_email(settings):
    settings.OPERATOR_EMAIL = ""

    page = welcome()

    with pytest.raises(CommandError, match="OPERATOR_EMAIL"):
        setup()

    # The next call may name the organisation.
    assert Site.objects.get().root_page == page


def test_where_the_name_is_taken_the_first_account_gets_another():
    User.objects.create_superuser("ada", "ada@example.org", "password", is_active=False)
    User.objects.create_user("ada2", "ada2@example.org", "password")

    user = new_installation.first_administrator("ada@example.com")

    assert (user.username, user.email, user.is_superuser) == ("ada3", "ada@example.com", True)
    assert not User.objects.get(username="ada").is_active


def test_a_long_name_is_cut_between_words_and_no_mailbox_is_made_up(settings):
    settings.DEFAULT_FROM_EMAIL = "Lastdrop <noreply@localhost>"
    name = "Bund für Umwelt und Naturschutz Deutschland, Landesverband Niedersachsen"
    welcome()

    said = setup(organisation=name)

    identity, home = Identity.objects.get(), HomePage.objects.get()
    assert (identity.name, home.title) == (
        "Bund für Umwelt und Naturschutz Deutschland, Landesverband…",
        name,
    )
    assert f"call it “{identity.name}”" in said
    assert new_installation.shortened("環" * 61) == "環" * 59 + "…"
    assert identity.contact_email == ""


def test_without_tables_one_sentence_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(health_readings, "wanted", lambda: {("home", "0099_later")})

    with pytest.raises(CommandError, match="1 are not applied: run manage"):
        setup()
