"""The worker merges new entries into the indexes of signatures; they are found before that, too."""

import pytest
from django.db import connection

from campaigns.finding import pending, traits, trigrams
from campaigns.models import Signature
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_no_signer_sorts_what_thousands_have_added():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE reloptions @> ARRAY[%s]",
            [f"gin_pending_list_limit={pending.LONGEST}"],
        )
        long = {name for (name,) in cursor.fetchall()}

    assert long == {traits.INDEX, trigrams.INDEX}


def test_the_worker_sorts_it_in_and_it_is_found_before_and_after():
    pending.sort_in()
    make_signature(make_petition(), name="Ada Lovelace")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = [Signature.objects.filter(name__icontains="lovel").count()]

    given_back = [pending.sort_in(), pending.sort_in()]

    found.append(Signature.objects.filter(name__icontains="lovel").count())
    assert found == [1, 1]
    assert given_back[0] > 0
    assert given_back[1] == 0
