"""Who was erased since the backup is not there again after a restore, and the receipts stay."""

from django.contrib.auth.models import User

from campaigns.appeals.appeal import Representative
from campaigns.models import ErasureReceipt, ListEntry, RememberedModeration, Signature
from campaigns.privacy import erasing, receipts
from campaigns.signing import withdrawing
from tests.factories import make_appeal, make_contact, make_petition, make_signature
from tests.operations.backups.stories import Story


def receipts_of_erasures_since_the_backup_stay() -> Story:
    admin, later = User.objects.create(username="erases"), User(username="erases later")
    petition = make_petition(title="Erased", slug="erased")
    for name in ("one", "two", "three", "four"):
        make_signature(petition, email=f"{name}@erased.example")
    yield

    later.save()
    made = [
        erasing.erase("one@erased.example", by=admin),
        erasing.erase("two@erased.example", by=later),  # an account that the backup lacks
        erasing.erase("three@erased.example"),
    ]
    withdrawing.withdraw(make_signature(petition, email="five@erased.example").token("withdraw"))
    yield

    remembered = RememberedModeration.objects.get(tally=petition.tally)
    assert remembered.withdrawn_on  # who had signed since the backup
    found = ErasureReceipt.objects.filter(pk__in=[receipt.pk for receipt in made])
    by = {receipt.pk: receipt.made_by for receipt in found}
    assert by == {made[0].pk: admin, made[1].pk: None, made[2].pk: None}
    [receipt] = receipts.of("one@erased.example")
    assert receipt.made_at == made[0].made_at
    assert Signature.objects.get(tally=petition.tally).email == "four@erased.example"


def what_staff_had_deleted_of_a_person_before_the_erasure_does_not_come_back() -> Story:
    one = "One@Parliament.example"
    appeal, contact = make_appeal(areas=0), make_contact(email=one)
    listed = Representative.objects.create(appeal=appeal, area="Area", name="One", email=one)
    blocked = ListEntry.objects.create(
        kind=ListEntry.Kind.EMAIL, effect=ListEntry.Effect.BLOCK, pattern=one.lower()
    )
    rows = (contact, listed, blocked)
    keys = [(type(row), row.pk) for row in rows]
    yield

    for row in rows:
        row.delete()
    erasing.erase(one.lower())
    yield

    assert not [model for model, key in keys if model.objects.filter(pk=key).exists()]
