"""Who may undo an import, and when nobody can."""

import pytest
from django.urls import reverse

from campaigns.imports import undoing
from campaigns.models import Import, ImportedSignature, Signature
from campaigns.petitions import immediate_actions
from campaigns.signing import signing
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.conftest import make_team, make_user
from tests.campaigns.cms.imports.test_imports import COLUMNS, UNDO, manager, upload
from tests.campaigns.cms.jobs.test_bulk import held_before, last_of_history
from tests.factories import make_signature
from tests.operations.jobs.kind import work_off

__all__ = ["manager"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def bring_in(client, petition) -> Import:
    path = upload(client, petition)["Location"]
    client.post(path, COLUMNS)
    work_off()
    subject = Import.objects.latest("pk")
    client.post(url("import", petition.pk, subject.pk))
    work_off()
    assert subject.signatures.count() == 1
    return subject


def test_nothing_is_undone_without_its_number_or_while_the_data_is_on_hold(manager, teams, people):
    path = url("undo_import", teams.ours.pk, bring_in(manager, teams.ours).pk)

    answer = manager.post(path, UNDO | {"typed": "12"})
    assert answer.status_code == 422
    assert "There is 1 signature." in answer.content.decode()
    assert not Job.objects.filter(kind="undo_import").exists()
    manager.post(path, UNDO)  # still waits for the worker when the hold begins
    immediate_actions.hold(teams.ours, reason="A court asks for the data", by=people.manager)
    work_off()
    refused = manager.get(path, follow=True).content.decode()

    text = "While the data of this petition is on hold, an import cannot be undone."
    assert (Job.objects.latest("made_at").error, ImportedSignature.objects.count()) == ("held", 1)
    assert text in refused


def test_a_hold_at_the_last_moment_waits_and_comes_after_the_undoing(manager, teams, monkeypatch):
    path = url("undo_import", teams.ours.pk, bring_in(manager, teams.ours).pk)

    manager.post(path, UNDO)
    with held_before(undoing, "log", teams.ours, monkeypatch):
        work_off()

    assert not ImportedSignature.objects.exists()
    assert last_of_history() == ["undo_import", "hold"]


def test_who_may_not_delete_signatures_undoes_their_own_imports_only(manager, teams, browse):
    subject = bring_in(manager, teams.ours)
    typist = make_user("typist")
    typist.groups.add(make_team("Typists", teams.river, "import_signatures", "view_signatures"))
    client = browse(typist)
    path = url("undo_import", teams.ours.pk, subject.pk)

    refused = client.post(path, UNDO)
    hidden = client.get(url("ledger", teams.ours.pk)).content.decode()
    Import.objects.update(made_by=typist)
    shown = client.get(url("ledger", teams.ours.pk)).content.decode()
    client.post(path, UNDO)
    Import.objects.update(made_by=None)  # before the worker begins
    work_off()
    left = ImportedSignature.objects.count()
    Import.objects.update(made_by=typist)
    client.post(path, UNDO)
    work_off()

    assert refused["Location"] == "/admin/"
    assert [path in page for page in (hidden, shown)] == [False, True]
    assert Job.objects.filter(kind="undo_import", error="forbidden").count() == 1
    assert (left, ImportedSignature.objects.count()) == (1, 0)


def test_both_screens_say_how_many_had_not_confirmed_and_do_not_come_back(manager, teams):
    make_signature(teams.ours, email="grace@example.net", confirmed_at=None)
    path = upload(manager, teams.ours)["Location"]
    manager.post(path, COLUMNS)
    work_off()
    subject = Import.objects.get()
    confirming, undo = (url(view, teams.ours.pk, subject.pk) for view in ("import", "undo_import"))
    before = manager.get(confirming).content.decode()
    manager.post(confirming)
    work_off()
    afterwards = manager.get(undo).content.decode()

    assert "1 of these people has signed here without confirming." in before
    assert "1 of these people had signed here without confirming." in afterwards


def test_who_has_signed_here_or_was_on_their_own_page_since_stays(manager, teams):
    rows = [f"{name};{name}@example.net" for name in ("ann", "bea", "cid")]
    path = upload(manager, teams.ours, "\n".join(["Name;Email", *rows]))["Location"]
    manager.post(path, {"column-0": "name", "column-1": "email"})
    work_off()
    subject = Import.objects.get()
    manager.post(url("import", teams.ours.pk, subject.pk))
    work_off()
    version = teams.ours.version.pk
    signing.sign(teams.ours, name="Ann", email="ann@example.net", version=version)
    signing.correct(Signature.objects.get(name="bea").token("manage"), name="Bea")

    path = url("undo_import", teams.ours.pk, subject.pk)
    asked = manager.get(path).content.decode()
    manager.post(path, UNDO)
    work_off()
    told = manager.get(reverse("jobs")).content.decode()

    assert "Delete 1 signature" in asked
    assert set(subject.signatures.values_list("signature__name", flat=True)) == {"ann", "Bea"}
    assert "1 signature has been deleted. 2 signatures stay: their signers have signed here" in told
