import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from campaigns.cms.permissions import (
    GroupPetitionPermissions,
    signature_policy,
    signatures_for,
    tallies_for,
)
from campaigns.migrations._groups import EVERYWHERE, OVER_PETITIONS
from campaigns.models import Petition
from tests.campaigns.cms.conftest import MANAGER, grant, make_team, make_user

COMPOSE = {"add", "change", "view_signatures"}
MANAGE = {"control", "view_signatures", "moderate_signatures", "export_signatures"}
MANAGE |= {"delete_signatures", "hold_signatures", "import_signatures", "mail_signers"}
MANAGE |= {"export_handover", "export_mailing", "export_analysis"}


def on_root(group):
    """What a group may do with petitions on the root collection."""
    rows = GroupCollectionPermission.objects.filter(
        group__name=group,
        permission__content_type__model="petition",
        collection=Collection.get_first_root_node(),
    )
    codenames = rows.values_list("permission__codename", flat=True)
    return {codename.removesuffix("_petition") for codename in codenames}


def on_default_texts(group):
    rows = Permission.objects.filter(
        group__name=group, content_type__model__in=["defaulttexts", "navigation"]
    )
    return set(rows.values_list("codename", flat=True))


@pytest.mark.django_db
def test_the_groups_have_exactly_their_rights():
    assert on_root("Editors") == COMPOSE
    assert on_root("Moderators") == COMPOSE | {"control", "publish", "moderate_signatures"}
    assert on_root("Campaign managers") == MANAGE
    assert on_default_texts("Editors") == set()
    assert on_default_texts("Moderators") == {
        f"{action}_{model}"
        for action in ("add", "change", "delete")
        for model in ("defaulttexts", "navigation")
    }
    assert on_default_texts("Campaign managers") == set()


@pytest.mark.django_db
def test_managers_enter_the_cms_and_touch_no_page():
    managers = Group.objects.get(name="Campaign managers")

    rights = set(managers.permissions.values_list("codename", flat=True))
    rules = {
        f"{action}_{model}"
        for action in ("add", "change", "delete", "view")
        for model in ("contact", "listentry")
    }
    assert rights == {"access_admin", "view_appeal", *rules}
    assert not GroupPagePermission.objects.filter(group=managers).exists()


def test_the_collections_in_which_a_user_may_act_are_looked_up_once(
    people, teams, django_assert_num_queries
):
    user = people.river_manager
    assert list(tallies_for(user, "view")) == [teams.ours.tally]

    with django_assert_num_queries(1):
        assert list(tallies_for(user, "view")) == [teams.ours.tally]


@pytest.mark.django_db
def test_no_group_manages_users():
    manages = Permission.objects.filter(content_type__app_label="auth", group__isnull=False)

    assert list(manages) == []


@pytest.mark.django_db
def test_only_administrators_find_the_users(people, browse):
    views = [reverse(f"wagtailusers_{name}:index") for name in ("users", "groups")]

    for name in ("editor", "moderator", "manager", "river_manager"):
        client = browse(getattr(people, name))
        menu = client.get(reverse("jobs")).content.decode()  # that of every page
        for view in views:
            assert view not in menu, name
            assert client.get(view).status_code == 302, name
    administrator = browse(people.administrator)
    assert [administrator.get(view).status_code for view in views] == [200, 200]


@pytest.mark.django_db
def test_the_migration_can_be_run_twice_and_taken_back():
    rights = set(GroupCollectionPermission.objects.values_list("pk", flat=True))

    for granted in (OVER_PETITIONS, EVERYWHERE):
        granted.code(apps, None)

    assert set(GroupCollectionPermission.objects.values_list("pk", flat=True)) == rights
    for granted in (EVERYWHERE, OVER_PETITIONS):
        granted.reverse_code(apps, None)
    assert (on_root("Editors"), on_root("Moderators")) == (set(), set())
    assert "change_defaulttexts" not in on_default_texts("Moderators")
    for granted in (OVER_PETITIONS, EVERYWHERE):
        granted.code(apps, None)
    assert on_root("Campaign managers") == MANAGE


@pytest.mark.django_db
def test_rights_reach_into_the_collections_inside(teams, people):
    inside = teams.river.add_child(name="Upper river")
    Petition.objects.filter(pk=teams.theirs.pk).update(collection=inside)

    assert set(signatures_for(people.river_manager, "export")) == {teams.ada, teams.grace}


@pytest.mark.django_db
def test_each_right_is_asked_for_itself(teams):
    mixed = make_team("Mixed", teams.river, "view_signatures", "export_mailing")
    grant(mixed, teams.forest, "view_signatures")
    user = make_user("mixed", "Mixed")

    assert set(signatures_for(user, "view")) == {teams.ada, teams.grace}
    assert set(signatures_for(user, "export")) == {teams.ada}
    assert set(signatures_for(user, "export_mailing")) == {teams.ada}
    assert set(signatures_for(user, "export_handover")) == set()
    assert set(signatures_for(user, "statistics")) == {teams.ada, teams.grace}
    assert set(signatures_for(user, "hand_out")) == set()
    assert set(signatures_for(user, "delete")) == set()


@pytest.mark.django_db
def test_strangers_and_the_dismissed_have_no_right(teams, people):
    dismissed = people.administrator
    dismissed.is_active = False
    former = people.river_manager
    former.is_active = False

    for user in (dismissed, former, people.visitor, AnonymousUser()):
        for action in ("view", "export", "delete"):
            assert not signatures_for(user, action).exists(), (user, action)
            assert not tallies_for(user, action).exists(), (user, action)


@pytest.mark.django_db
def test_nobody_may_add_or_change_a_signature(teams, people):
    for user in (people.administrator, people.manager):
        for action in ("add", "change"):
            has_one = signature_policy.user_has_permission_for_instance(user, action, teams.ada)
            assert not signature_policy.user_has_permission(user, action), (user, action)
            assert not has_one, (user, action)


@pytest.mark.django_db
def test_the_policy_agrees_with_the_queryset(teams, people):
    for user in vars(people).values():
        for action in ("view", "export", "delete"):
            seen = set(signatures_for(user, action))
            for signature in (teams.ada, teams.grace):
                allowed = signature_policy.user_has_permission_for_instance(user, action, signature)
                assert allowed == (signature in seen)
            through_policy = signature_policy.instances_user_has_permission_for(user, action)
            assert set(through_policy) == seen


@pytest.mark.django_db
def test_a_group_gets_its_rights_over_a_collection_in_its_own_screen(people, browse, teams):
    client = browse(people.administrator)
    page = client.get(reverse("wagtailusers_groups:add"))
    rights = Permission.objects.filter(
        codename__in=["view_signatures_petition", "export_handover_petition"]
    )
    data = {
        "name": "Forest team",
        "petition_permissions-TOTAL_FORMS": 1,
        "petition_permissions-INITIAL_FORMS": 0,
        "petition_permissions-0-collection": teams.forest.pk,
        "petition_permissions-0-permissions": [right.pk for right in rights],
    }
    for formset in page.context["permission_panels"]:
        prefix = formset.prefix
        for count in ("TOTAL_FORMS", "INITIAL_FORMS"):
            data.setdefault(f"{prefix}-{count}", 0)

    client.post(reverse("wagtailusers_groups:add"), data)

    user = make_user("forester", "Forest team")
    assert set(signatures_for(user, "view")) == {teams.grace}
    assert set(signatures_for(user, "export")) == {teams.grace}
    assert set(signatures_for(user, "delete")) == set()


@pytest.mark.django_db
def test_every_box_has_its_words(people, browse, teams):
    panel = GroupPetitionPermissions()
    boxes = panel.empty_form.fields["permissions"].queryset
    group = Group.objects.get(name="River team")

    page = browse(people.administrator).get(reverse("wagtailusers_groups:edit", args=[group.pk]))

    labels = {codename: label for codename, short_label, label in panel.permission_types}
    assert [permission.codename for permission in boxes] == list(labels)
    row = BeautifulSoup(page.content, "html.parser").select_one("tr:has(ul.group-rights)")
    shown = {
        line.find("label").get_text(): line.find("input").has_attr("checked")
        for line in row.select("li")
    }
    given = {f"{action}_petition" for action in MANAGER}
    assert shown == {str(label): codename in given for codename, label in labels.items()}
    # The rows of other collections have the same words: the chosen collection says which they are.
    collection = row.select_one("select")["id"]
    assert row.select_one("[role=group]:has(> ul)")["aria-labelledby"] == collection
    assert row.select_one("button")["aria-describedby"] == collection


@pytest.mark.django_db
def test_boxes_that_would_do_nothing_are_not_shown(people, browse):
    page = browse(people.administrator).get(reverse("wagtailusers_groups:add"))

    shown = {
        str(box)
        for row in page.context["form"].fields["permissions"].queryset
        for box in [row.codename]
    }
    assert not {box for box in shown if box.endswith(("_petition", "_signature"))}
