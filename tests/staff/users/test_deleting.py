"""Who has done something stays on record: such an account is deactivated and not deleted."""

import pytest
from django.contrib.auth.models import User
from django.db import models
from wagtail.log_actions import log
from wagtail.models import Collection, Comment, CommentReply

from campaigns.counting.entries import LedgerEntry
from campaigns.exports.presets import ExportPreset
from campaigns.finding.saved import SavedView
from campaigns.privacy.receipts import ErasureReceipt
from staff.users import deleting
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_campaign, make_petition
from tests.staff.users.conftest import in_bulk

pytestmark = pytest.mark.django_db


def ledger_entry(user: User) -> models.Model:
    tally = make_petition().tally
    return LedgerEntry.objects.create(
        tally=tally,
        kind="paper",
        number=1,
        sheets="1",
        collected="here",
        reason="x",
        entered_by=user,
    )


def comment(user: User) -> models.Model:
    return Comment.objects.create(page=make_campaign(), user=user, text="Sure?", contentpath="x")


def reply(user: User) -> models.Model:
    return CommentReply.objects.create(comment=comment(make_user("other")), user=user, text="Yes.")


def log_entry(user: User) -> models.Model:
    entry: models.Model = log(make_petition(), "wagtail.edit", user=user)
    return entry


def shared_view(user: User) -> models.Model:
    team = Collection.get_first_root_node()
    return SavedView.objects.create(owner=user, name="Ours", filters="state=x", collection=team)


def shared_preset(user: User) -> models.Model:
    return ExportPreset.objects.create(
        owner=user,
        name="Ours",
        shape="handover",
        columns=["name"],
        format="csv",
        is_new=False,
        collection=Collection.get_first_root_node(),
    )


TRACES = {
    "receipt": lambda user: ErasureReceipt.objects.create(made_by=user, mailbox_key=b"key"),
    "ledger": ledger_entry,
    "comment": comment,
    "reply": reply,
    "log": log_entry,
    "view of a team": shared_view,
    "preset of a team": shared_preset,
}


@pytest.mark.parametrize("trace", TRACES)
def test_who_has_done_something_is_not_deleted(administrator, manager, trace):
    made = TRACES[trace](manager)
    other = make_user("idle")
    address = f"/admin/users/delete/{manager.pk}/"

    asked = administrator.get(address, follow=True)
    alone = administrator.post(address)
    with_others = administrator.post(
        f"/admin/bulk/auth/user/delete/?id={manager.pk}&id={other.pk}&next=/admin/users/"
    )

    assert asked.redirect_chain == [(f"/admin/users/edit/{manager.pk}/", 302)]
    [message] = asked.context["messages"]
    assert str(message).strip().startswith("Nothing was deleted.")
    assert str(message).strip().endswith(": manager")
    assert (alone["Location"], with_others["Location"]) == (
        f"/admin/users/edit/{manager.pk}/",
        "/admin/users/",
    )
    assert User.objects.filter(pk__in=[manager.pk, other.pk]).count() == 2
    before = type(made).objects.values().get(pk=made.pk)
    assert manager.pk in before.values()


def test_who_has_done_nothing_is_deleted_with_their_settings(administrator, manager):
    SavedView.objects.create(owner=manager, name="Mine", filters="state=counted")
    log(manager, "staff.second_factor_set_up", user=manager)

    administrator.post(f"/admin/users/delete/{manager.pk}/")

    assert not User.objects.filter(pk=manager.pk).exists()
    assert not SavedView.objects.exists()


def test_so_are_several(administrator, manager):
    in_bulk(administrator, "delete", manager)

    assert not User.objects.filter(pk=manager.pk).exists()


def test_what_belongs_to_a_user_are_models_that_refer_to_users():
    related = {each.related_model._meta.label for each in deleting.relations()}

    known = deleting.OWN | deleting.SHAREABLE
    assert [label for label in known if label not in related] == []
