"""Other systems delete the signatures that only the database before the restore had."""

from django.utils import timezone

from campaigns.models import Petition
from campaigns.sync.delivery import Delivery, Known
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_petition, make_signature
from tests.operations.backups.stories import Story


def tell_all() -> None:
    """Mark the waiting events as sent, as the worker does."""
    Delivery.objects.filter(outcome="").update(outcome="sent", ended_at=timezone.now())


def know(receiver, signature, remote: bytes = b"old") -> None:
    known = {"remote": remote, "remote_key": b"key", "is_ours": True}
    Known.objects.update_or_create(receiver=receiver, signature=signature.pk, defaults=known)


def receivers_are_told_to_delete_who_came_after_the_backup() -> Story:
    hook = make_receiver(name="hook")
    mailing_list = make_receiver(
        name="list", kind="listmonk", audience="1", credential=b"x", only_opted_in=True
    )
    petition = make_petition(title="Heard of", slug="heard-of")
    ada = make_signature(petition, email="ada@example.org", updates=True)
    tell_all()
    know(mailing_list, ada)
    yield

    zoe = make_signature(petition, email="zoe@example.org", updates=True)
    gone = make_signature(petition, email="gone@example.org")
    unheard = make_signature(make_petition(slug="later"), email="later@example.org", updates=True)
    late = make_receiver(name="late")
    for signature, remote in ((ada, b"new"), (zoe, b"zoe"), (unheard, b"unheard")):
        know(mailing_list, signature, remote)
    know(late, zoe)
    tell_all()
    keys = [each.pk for each in (ada, zoe, gone, unheard)]
    gone.delete()
    tell_all()
    yield

    waiting = Delivery.objects.filter(outcome="", receiver__in=[hook.pk, mailing_list.pk, late.pk])
    waiting = waiting.filter(signature__in=keys).order_by("receiver", "signature")
    assert list(waiting.values_list("receiver__name", "signature", "kind")) == [
        ("hook", zoe.pk, "removed"),
        ("list", zoe.pk, "removed"),
        ("list", unheard.pk, "removed"),
    ]
    known = {bytes(each.remote) for each in Known.objects.filter(receiver=mailing_list)}
    assert known == {b"new", b"zoe", b"unheard"}
    assert not Petition.objects.filter(slug="later").exists()
