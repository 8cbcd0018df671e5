"""manage.py worker: what happens behind the pages."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from campaigns import keys, signing
from campaigns.management.commands import worker
from campaigns.models import KeyFingerprint, Tally
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    petition = make_petition(confirms_by_email=False)
    signing.sign(petition, name="Ada", email="ada@example.org", wording=petition.wording.pk)


def test_one_round_sends_the_mail_and_counts(signed, smtp_server):
    command = worker.Command()
    command.count_at = command.publish_at = 0.0

    command.work()

    assert (len(smtp_server.messages), Tally.objects.get().total) == (1, 1)


def test_an_empty_database_learns_its_key_and_refuses_another(settings):
    keys.verify()
    keys.verify()
    assert KeyFingerprint.objects.count() == 1

    settings.SIGNATURE_KEY = "another key"
    with pytest.raises(ImproperlyConfigured, match="SIGNATURE_KEY"):
        keys.verify()


def test_the_worker_refuses_a_foreign_key(settings):
    keys.verify()
    settings.SIGNATURE_KEY = "another key"

    with pytest.raises(ImproperlyConfigured):
        call_command("worker")


def test_the_fingerprint_tells_nothing_of_the_key(settings):
    keys.verify()

    assert settings.SIGNATURE_KEY not in KeyFingerprint.objects.get().value
