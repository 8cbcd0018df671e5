"""The first steps on an empty site are ticked off by themselves, and not shown on a site in use."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from wagtail.models import Page, Site

from campaigns.cms import first_steps
from campaigns.models import CampaignIndexPage, Signature, Tally
from campaigns.signing import withdrawing
from home.models import HomePage, Identity
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db

HOME, DISMISS = "/admin/", "/admin/first-steps/"
HEADING = "First steps on this site"
ALL = [str(step.label) for step in first_steps.STEPS]


@pytest.fixture(autouse=True)
def sender(settings):
    settings.DEFAULT_FROM_EMAIL = "Lastdrop <noreply@localhost>"


@pytest.fixture
def admin() -> User:
    return make_user("admin", is_superuser=True)


def undone(user) -> list[str]:
    """The steps that are still to do; [] if no steps are shown."""
    user = User.objects.get(pk=user.pk)
    return [str(step.label) for step, is_done, _ in first_steps.steps_for(user) if not is_done]


def test_an_administrator_of_an_empty_site_sees_all_but_what_cannot_begin(admin, browse):
    page = browse(admin).get(HOME).content.decode()

    assert HEADING in page
    assert undone(admin) == [ALL[number] for number in (0, 1, 2, 3, 5)]


def test_each_step_ticks_itself_off(admin, settings):
    def left(*numbers: int) -> bool:
        return undone(admin) == [ALL[number] for number in numbers]

    home = make_home()
    Page.objects.filter(title="x").delete()
    draft = make_petition(live=False)
    page = make_campaign(draft, live=False)
    assert left(0, 2, 3, 5, 6, 7)

    identity = Identity.for_site(Site.objects.get(is_default_site=True))
    identity.name = "River Watch"
    identity.save()
    assert left(2, 3, 5, 6, 7)

    identity.privacy_page = identity.imprint_page = Page.objects.get(pk=home.pk)
    identity.contact_email = "ask@example.org"
    identity.save()
    assert left(3, 5, 6, 7)

    settings.DEFAULT_FROM_EMAIL = "River Watch <noreply@example.org>"
    assert left(5, 6, 7)

    make_user("moderator", "Moderators")
    assert left(6, 7)

    draft.get_latest_revision().publish()
    page.save_revision().publish()
    assert left(7)

    signature = make_signature(draft, confirmed_at=None)
    assert left(7)  # The email may never arrive.
    Signature.objects.update(confirmed_at=timezone.now())
    assert left(7)  # It was confirmed by hand, or is from an imported list.
    Signature.objects.update(proven_at=timezone.now())
    assert left()
    withdrawing.withdraw(signature.token("withdraw"))  # as the guide says
    assert left()
    assert not Signature.objects.exists()


def test_people_see_only_what_they_may_do(browse):
    make_campaign(make_petition(live=False), live=False)
    editor, visitor = make_user("editor", "Editors"), make_user("visitor")

    assert undone(editor) == [ALL[6], ALL[7]]
    assert undone(visitor) == []
    assert "Name the organisation" not in browse(editor).get(HOME).content.decode()


def test_a_site_in_use_shows_no_steps(admin, browse):
    petition = make_petition()
    Tally.objects.filter(petition=petition).update(total=first_steps.MOST_TESTS + 1)

    assert HEADING not in browse(admin).get(HOME).content.decode()


def test_the_steps_are_gone_for_whoever_dismisses_them_and_for_nobody_else(admin, browse):
    other = make_user("other", is_superuser=True)

    response = browse(admin).post(DISMISS)

    assert (response.status_code, response.url) == (302, HOME)
    assert HEADING not in browse(admin).get(HOME).content.decode()
    assert HEADING in browse(other).get(HOME).content.decode()


def test_on_a_site_in_use_they_cost_one_query(admin, django_assert_num_queries):
    petition = make_petition()
    Tally.objects.filter(petition=petition).update(total=first_steps.MOST_TESTS + 1)
    user = User.objects.select_related("wagtail_userprofile").get(pk=admin.pk)

    with django_assert_num_queries(1):
        first_steps.steps_for(user)


def test_the_step_of_the_front_page_leads_to_what_is_missing_for_it(admin, browse):
    def step() -> tuple[bool, str]:
        [found] = [each[1:] for each in first_steps.steps_for(admin) if each[0].label == ALL[1]]
        return found

    assert step() == (False, "/admin/pages/")

    root, site = Page.get_first_root_node(), Site.objects.get(is_default_site=True)
    front = root.add_child(instance=HomePage(title="River Watch", slug="front"))
    front.add_child(instance=CampaignIndexPage(title="Campaigns", slug="campaigns"))
    assert step() == (False, "/admin/sites/")

    Site.objects.filter(pk=site.pk).update(root_page=front)
    assert step()[0]

    CampaignIndexPage.objects.update(live=False)
    is_done, url = step()
    assert not is_done
    assert browse(admin).get(url, follow=True).status_code == 200
