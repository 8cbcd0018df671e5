"""Surveys follow changes that no total tells of: anonymising, unsubscribing, correcting …"""

import pytest
from django.db import transaction
from django.urls import reverse

from campaigns import health_readings
from campaigns.counting import counting, figures, surveying
from campaigns.finding import paging
from campaigns.mailings import suppression, unticking
from campaigns.models import Signature, Survey, SurveyChange
from campaigns.moderation import moderating
from campaigns.privacy import anonymising, deleting, kept_for_mailings
from campaigns.signing import assisting, signing
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    petition = make_petition()
    for number in range(4):
        make_signature(petition, email=f"{number}@example.org", updates=True, country="FR")
    count()
    return petition


def count() -> None:
    counting.recount()
    surveying.survey()


def keys(number: int) -> list:
    return sorted(Signature.objects.values_list("pk", flat=True))[:number]


def test_anonymised_signatures_are_surveyed_as_such(petition):
    with transaction.atomic():
        deleting.anonymise(keys(3))
    count()

    survey = Survey.objects.get()
    assert survey.figures["all_states"] == {"anonymised": 3, "confirmed": 1}
    assert survey.figures["updates"] == {"yes": 1}
    assert not SurveyChange.objects.exists()


def test_anonymised_signatures_are_not_quarantined_any_more(petition):
    Signature.objects.update(moderation="quarantined", moderation_reason="burst")
    with transaction.atomic():
        anonymising.anonymise(keys(3))
    count()

    [gauge, *_others] = health_readings.numbers()
    assert figures.surveyed([petition.tally]).states == {"anonymised": 3, "quarantined": 1}
    assert {each.labels["state"]: each.value for each in gauge.samples}["quarantined"] == 1


def test_what_is_kept_for_mailings_is_surveyed_as_such(petition):
    with transaction.atomic():
        kept_for_mailings.leave(keys(3))
    count()

    assert Survey.objects.get().figures["all_states"] == {"mailings": 3, "confirmed": 1}


@pytest.mark.parametrize("way", ["link", "worker", "staff", "own page"])
def test_whoever_wants_no_mailings_any_more_is_not_counted_among_those_who_do(petition, way):
    signature = Signature.objects.get(email="0@example.org")
    if way == "link":
        suppression.suppress(suppression.keys_of("0@example.org"), signature=signature)
    elif way == "worker":
        suppression.suppress(suppression.keys_of("0@example.org"), signature=None)
        unticking.untick()
    elif way == "staff":
        assisting.stop_mail(signature)
    else:
        signing.correct(signature.token("manage"), name="Ada", country="SN", updates=False)
    count()

    assert figures.surveyed([petition.tally]).updates == {"yes": 3, "no": 1}
    if way == "own page":
        assert figures.surveyed([petition.tally]).countries == {"FR": 3, "SN": 1}


def test_what_changes_while_a_survey_is_made_is_in_the_next(petition, monkeypatch):
    read = surveying.surveys.midnight

    def meanwhile(day):
        with transaction.atomic():
            deleting.anonymise(keys(4))
        return read(day)

    with transaction.atomic():
        deleting.anonymise(keys(1))
    monkeypatch.setattr(surveying.surveys, "midnight", meanwhile)
    surveying.survey()

    assert SurveyChange.objects.count() == 1


def test_the_list_does_not_say_more_than_while_the_survey_is_too_old(
    petition, client, admin_user, monkeypatch
):
    monkeypatch.setattr(paging, "MOST", 1)
    client.force_login(admin_user)

    def found(**filters: str) -> str:
        text = client.get(reverse("signatures_modeladmin_index"), filters).content.decode()
        return text.split('signatures-found">')[1].split("<")[0].strip()

    before = found(state="confirmed")
    with transaction.atomic():
        deleting.anonymise(keys(1))
        deleting.delete(keys(3)[1:2])
    moderating.moderate(
        Signature.objects.filter(pk__in=keys(2)), moderation="invalidated", reason="", by=None
    )

    assert (before, found(state="confirmed")) == ("More than 1 signatures", "1 signature")
