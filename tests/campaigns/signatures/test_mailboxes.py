"""The signatures of a mailbox are looked up, however many petitions and signatures the site has."""

import pytest
from django.db import connection

from campaigns.mailings import suppression
from campaigns.models import Petition, Signature, Tally
from campaigns.privacy import people
from campaigns.signatures import short_codes
from tests.factories import make_petition, make_signature
from tests.plans import explained, reading_all

pytestmark = pytest.mark.django_db

PETITIONS, SIGNATURES = 100, 2_000
# Rows like the first of their table, with values of their own.
OTHERS = {
    Petition: {"translation_key": "gen_random_uuid()", "slug": "'river-' || number"},
    Tally: {
        "petition_id": "(SELECT id FROM campaigns_petition WHERE slug = 'river-' || number)",
        "translation_key": "gen_random_uuid()",
    },
    Signature: {
        "id": "gen_random_uuid()",
        "email_key": "sha256(number::text::bytea)",
        "email": "number || '@example.org'",
    },
}


def copy(model, number):
    table, others = model._meta.db_table, OTHERS[model]
    names = [field.column for field in model._meta.concrete_fields]
    names = [name for name in names if name != "id" or name in others]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(others.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values}"
            f" FROM {table}, generate_series(1, %s) number",
            [number],
        )
        cursor.execute(f"ANALYZE {table}")


def test_the_signatures_of_a_mailbox_are_found_without_reading_all_others():
    email = "ada@example.org"
    signature = make_signature(make_petition(), email=email)
    for model, number in ((Petition, PETITIONS), (Tally, PETITIONS), (Signature, SIGNATURES)):
        copy(model, number)

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
