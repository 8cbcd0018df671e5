"""What counts for the limit of a network: each try to sign, whether it adds a signature or not."""

import pytest
from django.db import connection
from django.db.models import F

from campaigns.models import SigningTry
from campaigns.moderation import tries
from tests.campaigns.mail.test_screened import delays
from tests.campaigns.moderation.test_screening import decisions, sign
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_nobody_learns_from_the_limit_who_has_signed(settings):
    settings.SIGNING_BURST = 2
    petition = make_petition()
    make_signature(petition, email="signer2@example.org")
    for number in (1, 2, 3):
        sign(petition, number)

    assert decisions() == [("", "")] * 2 + [("quarantined", "burst")]


def test_signing_again_takes_its_turn_beyond_the_limit(settings):
    settings.SIGNING_BURST = 1
    petition = make_petition()
    sign(petition, 1, network="198.51.100.9/32")
    for number in (2, 1, 1, 3):
        sign(petition, number)

    assert delays() == [0, 0, 600, 1200, 1800]


def test_a_try_that_need_not_wait_lets_nobody_else_pass(settings):
    settings.SIGNING_BURST = 1
    petition = make_petition()
    for number, trap in ((1, ""), (2, ""), (3, "x"), (4, "")):
        sign(petition, number, trap=trap)

    assert delays() == [0, 600, 0, 1200]


def test_old_tries_are_deleted_and_new_ones_are_not():
    petition = make_petition()
    sign(petition, 1)
    SigningTry.objects.update(tried_at=F("tried_at") - tries.KEPT_FOR)
    sign(petition, 2)

    assert tries.delete_old() == 1
    assert SigningTry.objects.count() == 1


def test_without_a_network_nothing_is_stored():
    sign(make_petition(), network=None)

    assert not SigningTry.objects.exists()


def test_the_table_is_in_no_log_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'campaigns_signingtry'")
        assert cursor.fetchone() == ("u",)
