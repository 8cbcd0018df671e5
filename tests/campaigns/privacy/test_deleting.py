"""Staff anonymise and delete many signatures: which ones they may, and what is left."""

import pytest
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from campaigns.counting import counting
from campaigns.models import ModeratedSignature, OutgoingMail, Signature, Tally
from campaigns.petitions import immediate_actions
from campaigns.privacy import deleting
from tests.factories import make_decision, make_mail, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    """A petition with confirmed, invalidated and pending signatures; another one is on hold."""
    petition = make_petition()
    make_mail(make_signature(petition, email="a@example.org"))
    fake = make_signature(petition, email="b@example.org", moderation="invalidated")
    make_decision(fake, reason="Not Ada")
    make_pending(petition, days=1, email="c@example.org")
    held = make_petition(title="Held")
    make_signature(held, email="d@example.org")
    immediate_actions.hold(held, reason="A court asks.", by=None)
    counting.recount()
    return petition


def keys() -> list:
    return list(Signature.objects.order_by("pk").values_list("pk", flat=True))


def test_confirmed_signatures_are_anonymised_and_still_count(petition):
    counts = deleting.anonymise(keys())
    again = deleting.anonymise(keys())

    assert (counts, again) == ({petition.tally.pk: 2}, {})
    left = Signature.objects.order_by("email").values_list("email", "anonymised_at")
    assert [(email, moment is None) for email, moment in left] == [
        ("c@example.org", True),
        ("d@example.org", True),
        (None, False),
        (None, False),
    ]
    counting.recount()
    assert (petition.tally.total, Tally.objects.get(pk=petition.tally.pk).total) == (0, 1)


def test_deleted_signatures_are_gone_with_all_that_hangs_on_them(petition):
    signature = Signature.objects.get(email="a@example.org")
    log(signature, "signature.correct_name", data={"reason": "Her letter"})

    counts = deleting.delete(keys())
    again = deleting.delete(keys())

    assert (counts, again) == ({petition.tally.pk: 3}, {})
    assert list(Signature.objects.values_list("email", flat=True)) == ["d@example.org"]
    left = (OutgoingMail, ModeratedSignature)
    assert [model.objects.count() for model in left] == [0, 0]
    assert ModelLogEntry.objects.get(action="signature.correct_name").data == {}
    counting.recount()
    assert Tally.objects.get(pk=petition.tally.pk).total == 0


def test_anonymised_signatures_are_not_deleted_with_the_others(petition):
    deleting.anonymise(keys())

    assert deleting.delete(keys()) == {petition.tally.pk: 1}
    assert Signature.objects.filter(anonymised_at__isnull=False).count() == 2
