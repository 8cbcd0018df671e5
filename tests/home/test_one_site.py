"""One installation serves one site, and tells anybody who wants to add a second."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page, Site

from home import one_site
from tests.factories import make_home

pytestmark = pytest.mark.django_db

SITE = {"hostname": "second.example.org", "port": "443", "site_name": "Second"}


@pytest.mark.parametrize("verb", ["get", "post"])
def test_the_cms_refuses_a_second_site_in_one_sentence(client, admin_user, verb):
    home = make_home()
    client.force_login(admin_user)

    response = getattr(client, verb)(
        reverse("wagtailsites:add"), SITE | {"root_page": home.pk}, follow=True
    )

    assert response.redirect_chain == [(reverse("wagtailsites:index"), 302)]
    assert "There can be only one site here" in response.content.decode()
    assert Site.objects.count() == 1
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsites:copy", args=[Site.objects.get().pk])


def test_the_first_site_can_be_added_and_changed(client, admin_user):
    home = make_home()
    Site.objects.all().delete()
    client.force_login(admin_user)
    data = SITE | {"root_page": home.pk, "is_default_site": "on"}

    client.post(reverse("wagtailsites:add"), data)
    first = Site.objects.get()
    client.post(reverse("wagtailsites:edit", args=[first.pk]), data | {"hostname": "example.org"})

    assert Site.objects.get().hostname == "example.org"


def test_who_may_not_add_sites_is_not_told_more(client, django_user_model):
    make_home()
    client.force_login(django_user_model.objects.create_user("nobody"))

    response = client.get(reverse("wagtailsites:add"), follow=True)

    assert "There can be only one site here" not in response.content.decode()


def test_a_database_with_two_sites_is_an_error():
    assert one_site.has_one_site(databases=["default"]) == []
    Site.objects.create(hostname="second.example.org", root_page=Page.get_first_root_node())

    with pytest.raises(SystemCheckError, match="Lastdrop serves one"):
        call_command("migrate", verbosity=0, skip_checks=False)
