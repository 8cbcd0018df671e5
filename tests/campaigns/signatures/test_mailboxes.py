"""The signatures of a mailbox are looked up, however many petitions and signatures the site has."""

import pytest

from campaigns.mailings import suppression
from campaigns.models import Petition, Signature, Tally
from campaigns.privacy import people
from campaigns.signatures import short_codes
from tests.factories import make_petition, make_signature
from tests.plans import OTHER_SIGNATURES, copy, explained, reading_all

pytestmark = pytest.mark.django_db

OTHER_TALLIES = {
    "petition_id": "(SELECT id FROM campaigns_petition WHERE slug = 'river-' || number)",
    "translation_key": "gen_random_uuid()",
}


def test_the_signatures_of_a_mailbox_are_found_without_reading_all_others():
    email = "ada@example.org"
    signature = make_signature(make_petition(), email=email)
    copy(Petition, 100, {"translation_key": "gen_random_uuid()", "slug": "'river-' || number"})
    copy(Tally, 100, OTHER_TALLIES)
    copy(Signature, 2_000, OTHER_SIGNATURES)

    with explained() as plans:
        found = [
            list(suppression.of_mailbox(signature).order_by("pk")),
            list(suppression.signed_with(email)),
            list(people.find(email).order_by("pk")),
        ]
        [(pk, _typed, _key)] = short_codes.signatures_of(email)

    assert found == [[signature]] * 3
    assert pk == signature.pk
    assert reading_all(Signature, plans) == []
