"""The guide in the CMS: all staff can read it, with the parts about their own work first."""

import pytest
from wagtail.users.models import UserProfile

from guide import help_links
from tests.campaigns.cms.browsing import url
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

GUIDES = "/admin/guide/"


def test_the_guides_for_ones_work_come_first(people, browse):
    for name, first in (
        ("editor", ["editors", "managers"]),
        ("moderator", ["editors", "managers"]),
        ("manager", ["managers"]),
        ("river_manager", ["managers"]),
        ("administrator", ["editors", "managers"]),
    ):
        context = browse(getattr(people, name)).get(GUIDES).context

        assert [each.name for each, _readers in context["guides"]] == first, name
        shown = [each.name for each, _readers in [*context["guides"], *context["others"]]]
        assert sorted(shown) == ["editors", "glossary", "managers", "privacy"], name


def test_the_first_screen_leads_to_our_guide_alone(people, browse):
    """Wagtail's news is for the staff who look after the software."""
    shown = [
        browse(user).get("/admin/").content.decode()
        for user in (people.editor, people.administrator)
    ]

    summary = shown[0][shown[0].index("w-label-1") :]
    assert f'href="{GUIDES}"' in summary[: summary.index("</ul>")]
    assert "guide.wagtail.org" not in summary[: summary.index("</ul>")]
    # So does the menu, and the help says whose guide each is.
    assert f'"url": "{GUIDES}"' in shown[0]
    assert ["whats-new-in-wagtail" in page for page in shown] == [False, True]
    for page in shown:
        assert "s guide (another site)" in page
        assert '"Editor Guide"' not in page


def test_each_guide_says_for_whom_it_is(people, browse):
    client = browse(people.editor)

    assert "For campaign managers" in client.get(GUIDES).content.decode()
    assert "For editors and moderators" in client.get(f"{GUIDES}editors/").content.decode()


def test_a_guide_is_read_with_its_pictures(people, browse):
    page = browse(people.editor).get(f"{GUIDES}editors/").content.decode()

    assert '<h2 id="1-begin-the-campaign">1. Begin the campaign</h2>' in page
    assert 'src="/static/guide/new-campaign.png"' in page
    assert "written in English" not in page


def test_other_documents_are_not_there(people, browse):
    for name in ("architecture", "threats", "nothing"):
        assert browse(people.editor).get(f"{GUIDES}{name}/").status_code == 404


def test_the_contents_are_searched(people, browse):
    client = browse(people.editor)

    found = client.get(GUIDES, {"q": "focal point"})
    nothing = client.get(GUIDES, {"q": "zzzz" + "x" * 5000})

    assert "#the-top-of-a-campaign-page" in found.content.decode()
    assert "No part has all of these words." in nothing.content.decode()


def test_in_another_language_it_says_that_the_guides_are_english(people, browse):
    profile = UserProfile.get_for_user(people.editor)
    profile.preferred_language = "ar"
    profile.save()

    response = browse(people.editor).get(f"{GUIDES}editors/")

    assert response.context["is_foreign"]
    assert 'lang="en" dir="ltr"' in response.content.decode()


def test_strangers_and_visitors_read_nothing(people, browse, client):
    for each in (client, browse(people.visitor)):
        assert each.get(GUIDES).status_code == 302


def test_forms_link_to_what_explains_them(people, browse):
    client = browse(people.administrator)
    campaign = make_campaign()
    forms = {
        f"/admin/pages/{campaign.pk}/edit/": [
            "head",
            "story",
            "letter",
            "texts",
        ],
        url("edit", campaign.petition.pk): ["letter", "settings", "texts", "elsewhere", "running"],
        url("arrivals", campaign.petition.pk): ["sources"],
        "/admin/campaigns/new/": ["beginning"],
        "/admin/signatures/people/": ["people"],
    }

    for path, subjects in forms.items():
        page = client.get(path).content.decode()
        assert [each for each in subjects if help_links.link(each) not in page] == []
