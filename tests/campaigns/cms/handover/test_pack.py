"""The screen that orders a pack for handing over, and the entries in the histories."""

import io
import re
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.cms.signatures import export_allowance
from campaigns.models import Petition
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.conftest import grant
from tests.campaigns.cms.jobs.test_exports import LIST, content_of, entry, fetch
from tests.campaigns.imports import test_importing as lists
from tests.factories import make_pending, make_petition, make_signature, make_translation
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

QUEUE = "/admin/signatures/quarantine/"


def test_a_pack_is_made_once_recorded_fetched_and_counted(teams, people, browse, settings):
    settings.EXPORT_ROWS_A_DAY = 4
    make_signature(teams.ours, name="Grace Hopper", email="grace@example.org")
    french = make_translation(teams.ours, "fr", title="Libérez le fleuve")
    client, path = browse(people.river_manager), url("pack", teams.ours.pk)
    typed = {"language": french.pk, "purpose": "Handover to the minister"}

    asked = client.get(path).content.decode()
    overview = client.get(url("inspect", teams.ours.pk)).content.decode()
    empty = client.post(path, {"language": french.pk, "purpose": " "})
    first = client.post(path, typed)
    again = client.post(path, typed, follow=True).content.decode()
    waiting = export_allowance.left(people.river_manager)
    work_off()
    job = Job.objects.get()
    content = content_of(fetch(client, job))
    exports = client.get(reverse("exports")).content.decode()
    settings.EXPORT_ROWS_A_DAY = 3
    refused = client.post(path, typed)

    assert re.findall(r"breadcrumbs__sublabel[^>]*>\s*([^<]+?)\s*<", asked) == [teams.ours.title]
    assert "2 names" in asked
    assert "You can export 4 more now." in asked
    assert f'href="{path}"' in overview
    assert empty.status_code == 422
    assert (first.status_code, first["Location"]) == (302, LIST)
    assert "This pack is already being created." in again
    assert "Pack for handing over (French)" in again
    assert waiting == 2
    with ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 4
        assert "Libérez le fleuve" in archive.read("manifest.txt").decode()
        [table] = [name for name in archive.namelist() if name.endswith(".csv")]
        assert archive.read(table).decode().count('"Libérez le fleuve","') == 2  # in each row
    said = entry()
    assert (said["format"], said["shape"], said["rows"]) == ("zip", "handover", 2)
    assert (said["purpose"], said["fetched"]) == ("Handover to the minister", 1)
    assert re.fullmatch(r"[\w-]+-handing-over-fr-[\d-]{10}\.zip", said["file"])
    assert job.result["sha256"] in exports
    assert "Handing over, ZIP" in exports
    assert (
        refused.status_code,
        ModelLogEntry.objects.filter(action="petition.export").count(),
    ) == (
        422,
        1,
    )


def test_who_has_confirmed_and_is_quarantined_is_not_forgotten(teams, people, browse):
    for number, moderation in enumerate(["", "quarantined", "quarantined", "invalidated"]):
        make_signature(teams.ours, email=f"{number}@example.org", moderation=moderation)
    make_pending(teams.ours, days=1, email="pending@example.org", moderation="quarantined")
    client = browse(people.river_manager)
    team = Group.objects.get(name="River team")

    asked = client.get(url("pack", teams.ours.pk)).content.decode()
    grant(team, teams.river, "moderate_signatures")
    leads = client.get(url("pack", teams.ours.pk)).content.decode()
    box = client.get(url("inspect", teams.ours.pk)).content.decode()
    Petition.objects.filter(pk=teams.ours.pk).update(confirms_by_email=False)
    of_all = client.get(url("pack", teams.ours.pk)).content.decode()

    assert "3 signatures are quarantined: they do not count" in of_all
    assert "2 confirmed signatures are quarantined: they do not count" in asked
    assert f'href="{QUEUE}">Look at them' not in asked
    assert f'href="{QUEUE}">Look at them' in leads
    assert f'<dt>Confirmed and quarantined</dt><dd><a href="{QUEUE}">2</a></dd>' in box


def test_who_may_not_hand_over_gets_none_and_where_is_nothing_that_is_said(teams, people, browse):
    draft = make_petition(live=False, title="A draft", collection=teams.river)
    lists.bring_in(lists.upload(draft, [["Ida", "ida@example.org", "", "1", ""]]))
    unsigned = make_petition(title="New", collection=teams.river)

    client = browse(people.river_manager)
    answers = [client.get(url("pack", each.pk)).status_code for each in (teams.ours, teams.theirs)]
    told = [
        client.get(url("pack", each.pk), follow=True).content.decode() for each in (draft, unsigned)
    ]

    assert answers == [200, 404]
    assert browse(people.editor).get(url("pack", teams.ours.pk)).status_code == 302
    assert "This petition is a draft: publish it before you hand it over." in told[0]
    assert "There is no confirmed signature whose name is stored." in told[1]
    assert not Job.objects.exists()
