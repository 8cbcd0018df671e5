"""While the database is down, visitors get a friendly page that needs no query."""

import os

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from campaigns import prepared_statements
from campaigns.models import Petition, Signature
from campaigns.moderation.moderating import LOCK
from campaigns.public import requests
from servers.ports import free_port
from tests import database
from tests.config.test_settings import REQUIRED, production
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_come_back_in_a_moment(client, monkeypatch, django_assert_num_queries, failure):
    def away(*args: object, **values: object) -> None:
        raise failure("server closed the connection; user=secret")

    monkeypatch.setattr("campaigns.public.requests.published_petition", away)

    with django_assert_num_queries(0):
        response = client.get("/petitions/river/")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response["Cache-Control"] == "private, no-store"
    assert "secret" not in response.content.decode()


def test_a_signature_that_could_not_be_kept_is_not_acknowledged(client, monkeypatch):
    petition = make_petition()

    def away(*args: object, **values: object) -> None:
        raise OperationalError

    monkeypatch.setattr(prepared_statements.Statement, "run", away)
    data = {"name": "Ada", "email": "ada@example.org", "consent": "on"}

    response = client.post(petition.url_path("sign"), data | {"version": petition.version.pk})

    assert response.status_code == 503


def test_a_command_says_one_sentence_and_so_it_does_where_nobody_reads_it():
    port = free_port()
    away = {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{port}/nothing"}
    development = {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}  # waits for no database
    unread, pipe = os.pipe()
    os.close(unread)

    asked = production("manage.py", "recount", **REQUIRED | away | development)
    with open(pipe, "w") as closed:
        told = production("manage.py", "help", **REQUIRED, stdout=closed)

    assert (asked.returncode, asked.stderr.count("\n")) == (1, 1), asked.stderr
    assert asked.stderr.startswith("The database does not answer: OperationalError: connection")
    assert (told.returncode, told.stderr) == (
        1,
        "The command has ended early, since nobody reads what it says.\n",
    )


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_signs_while_the_connection_is_lost_has_signed(client, monkeypatch):
    petition, find = make_petition(), requests.published_petition

    def lose(*args: object, **values: object) -> Petition:
        monkeypatch.setattr(requests, "published_petition", find)
        connection.connection.close()  # as when the server has died
        return Petition.objects.get()

    monkeypatch.setattr(requests, "published_petition", lose)
    data = {"name": "Ada", "email": "ada@example.org", "consent": "on"}

    response = client.post(petition.url_path("sign"), data | {"version": petition.version.pk})

    assert response.status_code == 303
    assert Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_confirms_while_a_job_has_the_signature_is_asked_to_try_again(client, caplog):
    signature = make_signature(make_petition(), confirmed_at=None)
    link = reverse("confirm", args=[signature.token("confirm")])

    with database.transaction_elsewhere() as cursor:
        cursor.execute(LOCK, {"keys": [signature.pk]})
        with connection.cursor() as own:
            own.execute("SET lock_timeout = '50ms'")  # lastdrop@sign waits longer
        meanwhile = client.post(link)
    again = client.post(link)

    assert (meanwhile.status_code, meanwhile["Retry-After"]) == (503, "10")
    assert "Please try again" in meanwhile.text
    assert "(55P03)" in caplog.text
    assert again.status_code == 303
    signature.refresh_from_db()
    assert signature.confirmed_at


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_log_says_why_there_was_no_connection(client, monkeypatch, caplog):
    refused = free_port()
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        away.setitem(connection.settings_dict, "PORT", str(refused))
        response = client.get("/petitions/river/")

    assert response.status_code == 503
    [said] = [each.getMessage() for each in caplog.records if each.name == "config.middleware"]
    assert said.startswith("The database did not answer: OperationalError: connection ")
    assert said.endswith("Connection refused")
