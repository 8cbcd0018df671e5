"""What the public reads of a count once a list was imported, or its import undone."""

import pytest
from django.db import transaction

from campaigns.counting import counting, surveying
from campaigns.imports import undoing
from campaigns.models import Petition, Signature
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

PAPER = [[f"Signer {number}", f"{number}@example.org", "", "", ""] for number in range(20)]


def numbers():
    """Return the count and how many of them signed elsewhere, as the page shows them."""
    petition = Petition.objects.get()
    return petition.progress.count, surveying.elsewhere(petition)


def test_how_many_signed_on_paper_is_right_before_the_next_survey():
    petition = make_petition()
    for number in range(3):
        make_signature(petition, email=f"here{number}@example.org")
    counting.recount()
    surveying.survey()
    subject = upload(petition, PAPER)

    bring_in(subject)
    before_counting = numbers()
    counting.fold()
    imported = numbers()
    with transaction.atomic():
        undoing.undo(subject, by=None, advance=int)
    counting.fold()

    assert (before_counting, imported, numbers()) == ((3, 3), (23, 20), (3, 0))


def test_no_more_are_from_paper_than_are_counted():
    petition = make_petition()
    bring_in(upload(petition, PAPER))
    Signature.objects.filter(pk__in=Signature.objects.values("pk")[:15]).delete()

    counting.recount()

    assert numbers() == (5, 5)
