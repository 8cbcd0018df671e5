"""Whatever happens to signatures, in whatever order, the tally equals the rows."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.counting import counting
from campaigns.models import Petition, Signature, Tally
from campaigns.moderation import moderating
from campaigns.privacy import erasing, retention
from campaigns.signing import signing, withdrawing
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

NUMBERS = count()
QUARANTINED, INVALIDATED = Signature.Moderation.QUARANTINED, Signature.Moderation.INVALIDATED


class Petitioners:
    """A petition, with the expected state of each signer: (confirmed, moderation)."""

    def __init__(self) -> None:
        self.petition = make_petition(title=f"River {next(NUMBERS)}")
        self.known: dict[str, tuple[bool, str]] = {}

    def rows(self, email: str = "") -> QuerySet:
        rows = Signature.objects.filter(tally=self.petition.tally)
        return rows.filter(email=email) if email else rows

    def token(self, purpose: str, email: str) -> str:
        return self.rows(email).get().token(purpose)

    def sign(self, email: str) -> None:
        signing.sign(self.petition, name="Ada", email=email, version=self.petition.version.pk)
        self.known.setdefault(email, (False, ""))

    def confirm(self, email: str) -> None:
        signing.confirm(self.token("confirm", email))
        self.known[email] = (True, self.known[email][1])

    def withdraw(self, email: str) -> None:
        withdrawing.withdraw(self.token("withdraw", email))
        del self.known[email]

    def moderate(self, email: str, moderation: str) -> None:
        staff, _ = User.objects.get_or_create(username="moderate")
        self.decision = moderating.moderate(
            self.rows(email), moderation=moderation, reason="", by=staff
        )
        self.known[email] = (self.known[email][0], moderation)

    def quarantine(self, email: str) -> None:
        self.moderate(email, QUARANTINED)

    def release(self, email: str) -> None:
        self.moderate(email, "")

    def invalidate(self, email: str) -> None:
        self.moderate(email, INVALIDATED)

    def invalidate_and_undo(self, email: str) -> None:
        before = self.known[email]
        self.moderate(email, INVALIDATED)
        moderating.undo(self.decision, by=None)
        self.known[email] = before

    def erase(self, email: str) -> None:
        erasing.erase(email)
        del self.known[email]

    def purge(self, email: str) -> None:
        """Let a week pass for this signature, which deletes it if it is unconfirmed."""
        self.rows(email).update(signed_at=timezone.now() - timedelta(days=8))
        retention.run()
        if not self.known[email][0]:
            del self.known[email]

    def empty(self) -> None:
        """Close the petition and let its retention pass, so that all data is anonymised."""
        Petition.objects.filter(pk=self.petition.pk).update(
            closes_at=timezone.now() - timedelta(days=100)
        )
        retention.run()

    def total(self) -> int:
        return sum(confirmed and not moderation for confirmed, moderation in self.known.values())

    def counted(self) -> int:
        counting.fold()
        return Tally.objects.get(pk=self.petition.tally.pk).total


VERBS = (
    Petitioners.sign,
    Petitioners.confirm,
    Petitioners.withdraw,
    Petitioners.quarantine,
    Petitioners.release,
    Petitioners.invalidate,
    Petitioners.invalidate_and_undo,
    Petitioners.erase,
    Petitioners.purge,
)
STEPS = st.tuples(
    # Signing and confirming are twice as likely, so that the other steps find signatures.
    st.sampled_from([*VERBS, Petitioners.sign, Petitioners.confirm]),
    st.sampled_from(["ada@example.org", "eve@example.org", "joe@example.org"]),
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, min_size=6, max_size=12))
def test_the_tally_follows_whatever_happens(steps: list[tuple[Callable, str]]):
    petitioners = Petitioners()

    for verb, email in steps:
        if verb is Petitioners.sign or email in petitioners.known:
            verb(petitioners, email)
            assert petitioners.counted() == petitioners.total(), verb.__name__
    before = petitioners.counted()
    petitioners.empty()

    assert petitioners.counted() == before
    assert not petitioners.rows().exclude(confirmed_at=None).exclude(email=None).exists()


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_the_tally_follows_each_verb(verb: Callable):
    petitioners = Petitioners()
    for email in ("ada@example.org", "eve@example.org"):
        petitioners.sign(email)
        petitioners.confirm(email)

    verb(petitioners, "ada@example.org")

    assert petitioners.counted() == petitioners.total()
