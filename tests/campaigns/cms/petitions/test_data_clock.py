"""When the data of signers is anonymised, and of how many there is any."""

from django.db import transaction

from campaigns.counting import counting, surveying
from campaigns.models import Petition
from campaigns.privacy import deleting, kept_for_mailings
from tests.campaigns.cms.browsing import url
from tests.factories import days_ago, make_signature


def test_a_day_after_closing_nobody_awaits_a_confirmation_any_more(teams, people, browse):
    client = browse(people.editor)
    petitions = Petition.objects.filter(pk=teams.ours.pk)

    pages = []
    for closes_at in (None, days_ago(0.9), days_ago(1.1)):
        petitions.update(closes_at=closes_at)
        pages.append(client.get(url("edit", teams.ours.pk)).content.decode())

    waits, late = "<dt>Awaiting confirmation</dt>", "<dt>Not confirmed in time</dt>"
    assert [(waits in page, late in page) for page in pages] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_the_clock_counts_nobody_whose_data_is_gone(teams, people, browse):
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(10))
    others = [make_signature(teams.ours, email=f"{each}@example.org") for each in range(3)]
    with transaction.atomic():
        deleting.anonymise([others[0].pk])
        kept_for_mailings.leave([others[1].pk])
    counting.recount()
    surveying.survey()

    page = browse(people.editor).get(url("edit", teams.ours.pk)).content.decode()

    assert "the data of 2 signers will be anonymised on" in page
