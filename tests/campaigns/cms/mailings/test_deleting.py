"""Only a draft is deleted, and not while a colleague submits it."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from campaigns.mailings import mailing_actions
from campaigns.mailings.mailing import Mailing
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.factories import make_mailing, make_petition


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_being_deleted_is_not_submitted(browse):
    mailing = make_mailing(make_petition())
    client = browse(make_user("boss", is_superuser=True))

    def submit() -> bool:
        try:
            return mailing_actions.submit(mailing, seen=mailing.stamp)
        finally:
            connection.close()

    def meanwhile(execute, sql, *rest):
        if sql.startswith("DELETE FROM") and not submitted:
            submitted.append(pool.submit(submit))
            until_they_wait(1)
        return execute(sql, *rest)

    submitted: list[Future] = []
    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(meanwhile):
        client.post(reverse("mailings:delete", args=[mailing.pk]))

    assert (Mailing.objects.exists(), submitted[0].result()) == (False, False)
