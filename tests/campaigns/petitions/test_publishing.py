import pytest
from django.core.exceptions import ValidationError

from campaigns.models import Petition, State
from campaigns.petitions import publishing
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_user("editor")


def state(petition):
    return Petition.objects.get(pk=petition.pk).state


def test_a_page_and_its_petition_are_published_together(editor):
    petition = make_petition(live=False)
    page = make_campaign(petition, live=False)
    page.save_revision()

    publishing.publish_with(page, [petition], by=editor)

    page.refresh_from_db()
    assert (page.live, state(petition)) == (True, State.OPEN)


def test_neither_is_published_when_the_petition_is_not_complete(editor):
    petition = make_petition(live=False)
    petition.salutation = petition.opening = ""
    petition.save_revision(clean=False)
    page = make_campaign(petition, live=False)
    page.save_revision()

    with pytest.raises(ValidationError):
        publishing.publish_with(page, [petition], by=editor)

    page.refresh_from_db()
    assert (page.live, state(petition)) == (False, State.DRAFT)
    assert publishing.missing(petition) == ["salutation", "opening"]
