"""A list keeps nobody informed who does not want that, according to this site or to the list."""

import pytest

from campaigns.imports import importing, reading
from campaigns.mailings import suppression, unticking
from campaigns.models import Signature, StoppedMailbox
from campaigns.signatures.email_keys import email_key
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def informed() -> list[str]:
    return sorted(Signature.objects.filter(updates=True).values_list("email", flat=True))


def test_who_unsubscribed_here_is_not_kept_informed_by_a_list():
    for name, reason in (("ada", "unsubscribed"), ("bob", "complained"), ("cyd", "bounced")):
        keys = suppression.keys_of(f"{name}@example.org")
        suppression.suppress(keys, signature=None, reason=suppression.Reason(reason))
    rows = [
        *(["", "Ada+list@example.org", "yes"], ["", "bob@example.org", "yes"]),
        *(["", "cyd@example.org", "yes"], ["", "dee@example.org", "yes"]),
        *(["", "eve@example.org", "no"], ["", "", "yes"], ["", "Fay@example.org", "yes"]),
    ]
    petition = make_petition()
    key = email_key(petition.tally.pk, "fay@example.org")  # of somebody who wanted no emails at all
    StoppedMailbox.objects.create(tally=petition.tally, email_key=key)
    headings = ["Name", "Email", "Keep me informed"]
    named = [[f"Signer {number}", *row[1:]] for number, row in enumerate(rows)]
    subject = upload(petition, reading.Read([headings, *named]))

    counts, _wrong = bring_in(subject)

    assert counts == (7, 0, 0, 0)
    assert informed() == ["cyd@example.org", "dee@example.org"]


def test_who_says_yes_and_no_in_one_list_is_not_informed():
    rows = [
        *(["Ada", "ada@example.org", "yes"], ["Ada", "Ada@example.org", "no"]),
        *(["Bea", "bea@example.org", "no"], ["Bea", "bea@example.org", "yes"]),
        *(["Cid", "cid@example.org", "yes"], ["Cid", "cid@example.org", "yes"]),
    ]
    read = reading.Read([["Name", "Email", "Keep me informed"], *rows])

    counts, wrong = bring_in(upload(make_petition(), read))

    already = "This person is already in the list, or on this sheet."
    why = f"{already} The rows do not agree on “keep me informed”: this person is not informed."
    assert counts == (3, 3, 0, 0)
    assert [each.why for each in wrong] == [why, why, already]
    assert informed() == ["cid@example.org"]


def test_who_unsubscribes_while_the_rows_are_stored_is_not_informed(
    monkeypatch, django_capture_on_commit_callbacks
):
    read = reading.Read([["Name", "Email", "Updates"], ["Ada", "ada@example.org", "yes"]])
    subject = upload(make_petition(), read)
    looked = importing.without_unsubscribed

    def meanwhile(subject, rows):
        found = looked(subject, rows)
        suppression.suppress(suppression.keys_of("ada@example.org"), signature=None)
        unticking.untick()
        return found

    monkeypatch.setattr(importing, "without_unsubscribed", meanwhile)

    with django_capture_on_commit_callbacks(execute=True):
        bring_in(subject)
    before = informed()
    unticking.untick()

    assert (before, informed()) == (["ada@example.org"], [])
