"""What has many names shows them in alphabetical order, whatever their accents and capitals."""

import pytest
from wagtail.models import Locale

from campaigns.appeals import listing
from campaigns.signatures import public_signers
from search import finding
from tests.factories import make_appeal, make_campaign, make_petition, make_signature, make_topic

NAMES = ["Abu", "de Vries", "Île-de-France", "Österreich", "Zürich", "Ёлкина", "Яблоко"]


@pytest.mark.django_db
def test_names_with_accents_stand_where_readers_look_for_them():
    appeal = make_appeal(areas=0)
    listing.replace(appeal, [listing.Row(name, "A", "a@b.example") for name in NAMES[::-1]])
    petition = make_petition(shows_signers=True, affiliation_field="optional")
    make_campaign(petition, topics=[make_topic(name) for name in NAMES[::-1]])
    for number, name in enumerate(reversed(NAMES)):
        email = f"{number}@example.org"
        make_signature(petition, email=email, affiliation=name, shown_as=name)
    public_signers.show()

    found = {
        "areas": listing.areas(appeal),
        "topics": [topic.title for topic in finding.topics(Locale.get_default())],
        "organisations": public_signers.organisations(petition),
        "signers": [signer.name for signer in public_signers.signers(petition)],
    }

    assert found == dict.fromkeys(found, NAMES)
