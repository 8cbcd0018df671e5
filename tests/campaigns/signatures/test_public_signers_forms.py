"""The forms on which signers agree to be shown, and withdraw that."""

from typing import Any

import pytest

from campaigns.models import Petition, Signature
from campaigns.signatures import tokens
from campaigns.signing import signing
from tests.factories import change_texts, make_petition

pytestmark = pytest.mark.django_db


# --- signing ---


def sign(petition: Petition, **given: Any) -> Signature:
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "version": petition.version.pk}
    signing.sign(petition, **values | given)
    return Signature.objects.get(tally=petition.tally, email=values["email"])


def test_only_who_agrees_is_kept_as_shown(petition):
    assert sign(petition).shown_as is None
    assert sign(petition, is_shown=True).shown_as == "Ada L."
    assert sign(petition, is_shown=True, name="123 b").shown_as == ""
    assert sign(petition, is_shown=False).shown_as is None


def test_who_signs_again_after_confirming_changes_nothing(petition):
    signature = sign(petition)
    signing.confirm(signature.token("confirm"))

    assert sign(petition, is_shown=True).shown_as is None


# --- the forms ---


def test_the_box_is_there_where_the_petition_shows_signers_and_never_ticked(client, petition):
    with_box = client.get(petition.url_path()).content.decode()
    without = client.get(make_petition(title="Library").url_path()).content.decode()

    (box,) = [part for part in with_box.split("<input") if 'name="is_shown"' in part]
    assert "checked" not in box.partition(">")[0]
    assert 'name="is_shown"' not in without


def test_a_signer_takes_it_back_and_gives_it_again(client, petition):
    signature = sign(petition, is_shown=True)
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    before = client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace"})
    taken = Signature.objects.get().shown_as
    client.post(address, {"name": "Ada King", "is_shown": "on"})

    assert "May be shown as" in before
    assert (taken, Signature.objects.get().shown_as) == (None, "Ada K.")


def test_who_agreed_may_take_it_back_where_names_are_no_longer_shown(client, petition):
    """GDPR, article 7(3): withdrawing consent must be as easy as giving it."""
    signature = sign(petition, is_shown=True)
    Petition.objects.update(shows_signers=False)
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    offered = 'name="is_shown"' in client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace"})

    assert (offered, Signature.objects.get().shown_as) == (True, None)


def test_the_signer_reads_what_everybody_will_read_before_confirming(client, petition):
    signature = sign(petition, is_shown=True, country="KE")

    page = client.get(f"/signatures/confirm/{signature.token('confirm')}/")

    assert "\u2068Ada L.\u2069, Kenya" in page.content.decode()


@pytest.mark.parametrize("box", ["is_shown", "is_comment_shown", "updates"])
def test_a_box_that_the_signer_has_not_read_cannot_be_ticked_later(client, box):
    """Their version proves what they agreed to."""
    petition = make_petition(comment_field="optional", offers_updates=False)
    signature = sign(petition, comment="My river.")
    Petition.objects.update(shows_signers=True, shows_comments=True, offers_updates=True)
    change_texts(petition, close="Let it run free.")
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    offered = f'name="{box}"' in client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace", "comment": "My river.", box: "on"})

    signature.refresh_from_db()
    assert (offered, signature.updates) == (False, False)
    assert (signature.shown_as, signature.comment_state) == (None, None)
