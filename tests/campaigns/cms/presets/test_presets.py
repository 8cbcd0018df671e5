"""Presets of exports: saved, shared, used, and no way to export more than one may."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, ModelLogEntry

from campaigns.models import ExportPreset, Signature
from tests.campaigns.cms.browsing import searched
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.presets.test_columns import entry, typed, url
from tests.campaigns.cms.signatures.test_export_answers import INDEX, csv_rows
from tests.factories import make_signature

SAVE = reverse("save_export_preset")
RESULTS = reverse("signatures_modeladmin_results")
FILE = {"shape": "handover", "columns": "country name", "format": "csv"}


def save(client, *, name="Board", collection="", is_new="", **query):
    data = {"name": name, "collection": collection, "is_new": is_new}
    return client.post(f"{SAVE}?{urlencode({**FILE, **query})}", data)


def use(client, preset, **query):
    return client.post(f"{address(preset)}?{urlencode(query)}", {"purpose": "For the board"})


def address(preset, view="export_preset"):
    return reverse(view, args=[preset.pk])


def shown(client) -> list[str]:
    return [each["name"] for each in client.get(RESULTS).context["view"].presets]


@pytest.fixture
def client(people, browse):
    return browse(people.river_manager)


@pytest.fixture
def team_preset(client, teams) -> ExportPreset:
    save(client, collection=teams.river.pk)
    return ExportPreset.objects.get()


def test_a_preset_is_saved_from_the_chosen_columns_and_used_with_two_clicks(client, teams):
    chosen = client.post(url(new="yes", country="KE"), {**typed(name=2, country=1), "save": "yes"})
    asked = client.get(chosen.url)
    saved = client.post(chosen.url, {"name": "Board", "collection": "", "is_new": "on"})
    preset = ExportPreset.objects.get()
    listed = client.get(INDEX, {"country": "KE"})
    [offered] = listed.context["view"].presets
    page = client.get(offered["url"]).content.decode()

    assert "Columns: Country, Name." in asked.content.decode()
    assert asked.context["form"].initial == {"is_new": True}
    assert (preset.shape, preset.columns, preset.format, preset.is_new, preset.collection) == (
        *("handover", ["country", "name"], "csv", True, None),
    )
    assert saved.url == offered["url"] == f"{address(preset)}?country=KE"
    assert "Handing over, CSV, only new ones" in page
    assert "Country, Name" in page
    assert 'href="' + offered["url"] in listed.content.decode()


def test_the_first_collection_is_called_by_who_sees_it(client, people):
    client.force_login(people.administrator)

    asked = client.get(f"{SAVE}?{urlencode(FILE)}")

    choices = [label for _value, label in asked.context["form"].fields["collection"].choices]
    assert choices[:2] == ["Only me", "Colleagues who see all collections"]


def test_what_was_typed_wrongly_is_kept_before_it_is_saved(client):
    answer = client.post(url(), {**typed(name="first"), "purpose": "", "save": "yes"})

    page = answer.content.decode()
    assert (answer.status_code, 'value="first"' in page) == (422, True)
    assert "This field is required" not in page  # the purpose is asked for at the export


def test_the_purpose_is_asked_each_time_and_the_preset_is_recorded(client, team_preset, teams):
    unanswered = client.post(address(team_preset), {"purpose": " "})
    [row] = csv_rows(use(client, team_preset))

    assert unanswered.status_code == 422
    assert list(row) == ["Country", "Name"]
    told = {name: entry()[name] for name in ("preset", "preset_of", "columns", "purpose")}
    assert told == {
        "preset": "Board",
        "preset_of": teams.river.pk,
        "columns": ["country", "name"],
        "purpose": "For the board",
    }
    listed = client.get(reverse("exports")).content.decode()
    assert "Preset: Board" in listed


def test_who_may_export_of_the_collection_sees_a_shared_one(
    client, team_preset, teams, people, browse
):
    save(client, name="Own")
    make_team("Forest team", teams.forest, "view_signatures", "export_handover")
    make_team("Readers", teams.river, "view_signatures", "moderate_signatures")
    foreign, reader = make_user("foreign", "Forest team"), make_user("reader", "Readers")

    seen = {
        user.username: (shown(browse(user)), browse(user).get(address(team_preset)).status_code)
        for user in (people.river_manager, people.manager, people.administrator, foreign, reader)
    }

    assert seen == {
        "river": (["Board", "Own"], 200),
        "manager": (["Board"], 200),
        "admin": (["Board"], 200),
        "foreign": ([], 404),
        "reader": ([], 302),  # staff who may not export are redirected to the dashboard
    }


def test_a_preset_gives_nobody_more_than_they_may_export(
    client, team_preset, teams, people, browse
):
    save(browse(people.manager), name="All", shape="everything", columns="email name")
    everything = ExportPreset.objects.get(name="All")
    ExportPreset.objects.filter(pk=everything.pk).update(collection=teams.river)
    GroupCollectionPermission.objects.filter(
        group__name="River team", permission__codename="export_everything_petition"
    ).delete()

    asked = client.get(address(everything), follow=True)
    taken = client.post(address(everything), {"purpose": "All of them"}, follow=True)

    for page in (asked, taken):
        assert "“All” has the shape “Everything”, which you may not export." in (
            page.content.decode()
        )
    assert not ModelLogEntry.objects.filter(action="petition.export").exists()
    assert [row["Name"] for row in csv_rows(use(client, team_preset))] == ["Ada Lovelace"]
    assert csv_rows(use(client, team_preset, petition=teams.theirs.pk)) == []


def test_a_column_that_its_shape_does_not_have_is_not_exported(client, team_preset):
    ExportPreset.objects.update(columns=["email", "name", "phone"])
    [row] = csv_rows(use(client, team_preset))
    ExportPreset.objects.update(columns=["email"])
    gone = client.get(address(team_preset), follow=True).content.decode()

    assert row == {"Name": "Ada Lovelace"}
    assert "The columns of this preset no longer exist." in gone


def test_nobody_saves_what_they_may_not_export_or_for_others(client, teams):
    make_team("Mailers", teams.river, "view_signatures", "export_mailing")
    grant(Group.objects.get(name="River team"), teams.forest, "export_mailing")

    foreign = save(client, collection=teams.forest.pk)
    unknown = [
        save(client, **{name: text}).status_code
        for name, text in (("shape", "secrets"), ("columns", "email"), ("format", "exe"))
    ]

    assert (foreign.status_code, 'value="Board"' in foreign.content.decode()) == (422, True)
    assert unknown == [302, 302, 302]
    assert not ExportPreset.objects.exists()


def test_another_shape_than_ones_own_is_not_saved(client, teams, browse):
    make_team("Mailers", teams.river, "view_signatures", "export_mailing")

    answer = save(browse(make_user("mailer", "Mailers")))

    assert answer.url == reverse("wagtailadmin_home")
    assert not ExportPreset.objects.exists()


def test_a_preset_holds_neither_filters_nor_what_was_typed(client, teams):
    query = searched(client, "lovelace", country="KE")

    save(client, **query)

    preset = ExportPreset.objects.get()
    held = str([getattr(preset, field.attname) for field in ExportPreset._meta.fields])
    assert ("lovelace" in held, query["search"] in held, "KE" in held) == (False,) * 3


def test_only_what_is_new_since_the_last_export_with_this_preset(client, people, teams, browse):
    save(client, is_new="on", collection=teams.river.pk)
    save(client, is_new="on", name="Another")
    [another, first] = ExportPreset.objects.order_by("name")
    hours = timezone.now() - timedelta(hours=3)
    Signature.objects.update(signed_at=hours, confirmed_at=hours)

    whole = csv_rows(use(client, first))
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(hours=2))
    make_signature(teams.ours, name="Bea", email="bea@example.org")
    page = client.get(address(first)).content.decode()
    new = csv_rows(use(browse(people.manager), first, petition=teams.ours.pk))

    assert [row["Name"] for row in whole] == ["Ada Lovelace"]
    assert "New since the last export, on " in page
    assert [row["Name"] for row in new] == ["Bea"]
    assert len(csv_rows(use(client, another))) == 2
    # Signatures that a filter has left out are new in the next file.
    assert len(csv_rows(use(client, first, state="confirmed"))) == 2


def test_its_owner_renames_and_deletes_it_and_nobody_else(client, team_preset, people, browse):
    colleague = browse(people.manager)
    rename, delete = (
        address(team_preset, f"{verb}_export_preset") for verb in ("rename", "delete")
    )

    refused = [colleague.post(page, {"name": "Mine"}).status_code for page in (rename, delete)]
    empty = client.post(rename, {"name": " "})
    client.post(rename, {"name": "Ministry"})
    renamed = shown(client)
    asked = client.get(delete).content.decode()
    client.post(delete)

    assert (refused, empty.status_code, renamed) == ([404, 404], 422, ["Ministry"])
    assert "The colleagues with whom it is shared lose it, too." in asked
    assert shown(client) == []


def test_the_shared_one_of_who_has_left_belongs_to_who_may_use_it(
    client, team_preset, people, browse
):
    save(client, name="Mine alone")
    User.objects.filter(pk=people.river_manager.pk).update(is_active=False)
    private = ExportPreset.objects.get(name="Mine alone")
    colleague, stranger = browse(people.manager), browse(make_user("stranger", "Editors"))
    delete = "delete_export_preset"

    answers = [
        stranger.post(address(team_preset, delete)).status_code,
        colleague.post(address(private, delete)).status_code,
    ]
    offered = address(team_preset, delete) in colleague.get(INDEX).content.decode()
    colleague.post(address(team_preset, delete))

    assert (answers, offered) == ([404, 404], True)
    assert list(ExportPreset.objects.all()) == [private]


def test_a_preset_stays_its_owners_when_the_collection_is_deleted(client, teams, people, browse):
    city = Collection.get_first_root_node().add_child(name="City")
    grant(Group.objects.get(name="River team"), city, "export_handover")
    save(client, collection=city.pk)
    save(client)
    manager, before = browse(people.manager), shown(browse(people.manager))

    city.delete()
    save(client)

    assert (before, shown(manager), shown(client)) == (["Board"], [], ["Board"] * 2)


def test_another_team_does_not_read_the_name_of_a_preset(client, teams, people, browse):
    save(browse(people.manager), name="Forest secrets", collection=teams.forest.pk)
    use(browse(people.manager), ExportPreset.objects.get())

    ours = client.get(reverse("exports")).content.decode()
    theirs = browse(people.administrator).get(reverse("exports")).content.decode()

    assert ("For the board" in ours, "Forest secrets" in ours) == (True, False)
    assert "Preset: Forest secrets" in theirs


def test_pressing_twice_saves_once(client):
    assert (save(client).url, save(client).url) == (address(ExportPreset.objects.get()),) * 2


def test_a_preset_goes_with_the_account_of_its_owner(client, team_preset, people):
    people.river_manager.delete()

    assert not ExportPreset.objects.exists()


def test_the_lists_take_the_same_queries_for_one_preset_and_for_many(
    client, team_preset, django_assert_num_queries
):
    client.get(INDEX)
    with CaptureQueriesContext(connection) as one:
        client.get(INDEX)
    expected = len(one)
    for number in range(3):
        save(client, name=f"Preset {number}")

    with django_assert_num_queries(expected):
        assert len(client.get(INDEX).context["view"].presets) == 4
