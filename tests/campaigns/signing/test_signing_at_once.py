"""Many people sign and confirm at once, with real connections and real commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from wagtail.models import Page

from campaigns.counting import counting
from campaigns.models import Signature, Tally
from campaigns.moderation import moderating
from campaigns.signing import signing, withdrawing
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.campaigns.signing.test_signing import kinds, sign
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


def at_once(verb, count: int) -> list:
    def run(number: int) -> object:
        try:
            return verb(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_64_signers_at_once_with_one_email_make_one_row():
    petition = make_petition()
    spellings = ["ada@example.org", "ADA@example.org", "Ada@EXAMPLE.ORG", " ada@Example.Org"]

    at_once(lambda number: sign(petition, email=spellings[number % 4]), 64)

    assert Signature.objects.count() == 1
    assert kinds() == ["confirm"] * 64  # of which delivery sends three


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_share_an_email_find_a_seat_each_though_they_sign_at_once():
    petition = make_petition(shares_email=True)
    names = ["Ada", "Ben"]

    at_once(lambda number: sign(petition, name=names[number % 2]), 32)

    rows = Signature.objects.order_by("household_slot")
    assert {row.name for row in rows} == {"Ada", "Ben"}
    assert [row.household_slot for row in rows] == [1, 2]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("shares_email", [False, True])
def test_who_withdraws_and_signs_in_one_instant_stays_moderated(shares_email):
    row = make_signature(make_petition(shares_email=shares_email), name="Ada")
    moderating.moderate(Signature.objects.all(), moderation="quarantined", reason="Fake", by=None)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            withdrawing.withdraw(row.token("withdraw"))
            signed = pool.submit(at_once, lambda _: sign(row.petition, name="Ada"), 1)
            until_they_wait(1)
        signed.result()

    again = Signature.objects.get()
    assert again.pk != row.pk
    assert (again.moderation, again.moderation_reason) == ("quarantined", "remembered")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_50_confirmations_of_one_link_count_once():
    petition = make_petition()
    sign(petition)
    token = Signature.objects.get().token("confirm")

    def press(number: int) -> object:
        if number % 2:
            return Client().post(f"/signatures/confirm/{token}/").status_code
        return signing.confirm(token).petition.slug

    assert Counter(at_once(press, 50)) == {303: 25, petition.slug: 25}
    assert sorted(kinds()) == ["confirm", "thanks"]
    for _ in range(2):
        counting.fold()
        counting.count_pending()
        tally = Tally.objects.get()
        assert (tally.total, tally.pending) == (1, 0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_signs_on_a_page_that_is_being_deleted_has_signed_at_once():
    page = make_campaign(make_petition())
    page_id = page.pk

    def go_on(execute, sql, *rest):
        if sql.startswith('DELETE FROM "wagtailcore_page"'):
            pool.submit(at_once, lambda _: sign(page.petition, page=page.pk), 1).result(timeout=10)
        return execute(sql, *rest)

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(go_on):
        page.delete()

    assert Signature.objects.get().page_id == page_id
    assert not Page.objects.filter(pk=page.pk).exists()
