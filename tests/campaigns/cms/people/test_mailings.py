"""What the site stores about a mailbox as a whole is part of answers about all petitions."""

import json

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from campaigns.mailings import failing, suppression
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.suppression import SuppressedMailbox
from operations.backups import erasure_ledger
from tests.factories import make_signature

pytestmark = pytest.mark.django_db

EMAIL = "eve@example.org"
ABOUT_MAILINGS = ("unsubscribed_at", "complained_at", "bounced_at", "failed_mailings")


def report(client) -> dict:
    answer = client.post(reverse("person_report"), {"email": EMAIL, "format": "json"})
    return json.loads(answer.content)


@pytest.fixture
def root(browse):
    return browse(User.objects.create_superuser("root"))


def test_who_answers_for_all_petitions_tells_of_mailings_and_others_say_nothing_of_them(
    teams, people, browse, root
):
    make_signature(teams.ours, email=EMAIL)
    suppression.suppress(suppression.keys_of(EMAIL), signature=None)
    failing.note(suppression.keys_of(EMAIL), mailing=1)

    found = [report(client) for client in (root, browse(people.river_manager))]

    told = [[key in each and each[key] is not None for key in ABOUT_MAILINGS] for each in found]
    assert told == [[True, False, False, True], [False] * 4]
    assert [key in found[1] for key in ABOUT_MAILINGS] == [False] * 4


def test_who_deletes_for_all_petitions_deletes_that_mails_came_back_for_good(
    teams, people, browse, root
):
    make_signature(teams.ours, email=EMAIL)
    keys = suppression.keys_of(EMAIL)
    suppression.suppress(keys, signature=None, reason=SuppressedMailbox.Reason.BOUNCED)
    failing.note(keys, mailing=1)
    copies = [*SuppressedMailbox.objects.all(), *FailingMailbox.objects.all()]

    browse(people.river_manager).post(reverse("erase_person"), {"email": EMAIL, "sure": "yes"})
    kept = SuppressedMailbox.objects.count(), FailingMailbox.objects.count()
    root.post(reverse("erase_person"), {"email": EMAIL, "sure": "yes"})
    left = SuppressedMailbox.objects.count(), FailingMailbox.objects.count()
    for copy in copies:  # as in a backup
        copy.save(force_insert=True)
    again = erasure_ledger.replay(erasure_ledger.entries())

    assert (kept, left, again) == ((1, 1), (0, 0), 2)
    assert not SuppressedMailbox.objects.exists()
    assert not FailingMailbox.objects.exists()
