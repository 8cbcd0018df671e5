"""Who signs a translation is told of the emails to the targets, and emailed, or neither."""

import pytest
from django.urls import reverse

from campaigns.forwarding import gathering
from campaigns.models import Petition
from campaigns.petitions.signed_versions import changes
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.contacts.test_contacts import target
from tests.campaigns.forwarding.test_forwarding import forwarding, names, send
from tests.campaigns.forwarding.test_targets import block, readdress, two
from tests.factories import change_texts, make_contact, make_signature, make_translation

pytestmark = pytest.mark.django_db


def in_russian(original: Petition, *targets: dict) -> Petition:
    blocks = original.targets.stream_block.to_python(
        [{"type": "target", **each} for each in targets]
    )
    return make_translation(original, "ru", targets=blocks)


def test_signers_of_a_translation_are_told_of_emails_and_emailed_to_targets_of_the_original(
    client,
):
    """A target of a translation is one of the original by its block, or else by its contact."""
    minister, other = two()
    name = {"name": "Министр", "role": ""}
    cases = {
        "its block": lambda key: {"id": key, "value": {**name, "contact": minister.pk}},
        "its block, without its contact": lambda key: {"id": key, "value": name},
        "its contact": lambda key: {"value": {**name, "contact": minister.pk}},
        "another contact": lambda key: {"id": key, "value": {**name, "contact": other.pk}},
        "neither": lambda key: {"value": name},
    }
    client.force_login(make_user("manager", "Moderators"))
    found = {}
    for number, (case, block_of) in enumerate(cases.items()):
        original = forwarding(
            slug=f"petition-{number}", targets=[target(minister)], offers_answers=True
        )
        russian = in_russian(original, block_of(original.targets[0].id))
        make_signature(original, email="en@example.org")
        make_signature(russian, email="ru@example.org")
        url = reverse("wagtailsnippets_campaigns_petition:forwarding", args=[original.pk])
        gathering.gather()
        shown = client.get(url).content.decode()
        form = client.get(russian.url_path("petition")).content.decode()

        found[case] = (
            bool(russian.parts["forwarded"]),
            'name="may_answer"' in form,
            "Russian: Министр" not in shown,
            gathering.number_waiting(original.tally) == 2,
            len(send()) == 2,
        )

    assert found == {case: (case in ("its block", "its contact"),) * 5 for case in cases}


def test_each_letter_links_to_itself_in_the_language_of_its_signer():
    original = forwarding()
    arabic = make_translation(original, "ar")
    for petition in (original, arabic):
        make_signature(petition, email=f"{petition.pk}@example.org", country="KE")

    bodies = [each.body for each in send()]

    assert [body.split()[-1] for body in bodies] == [original.full_url, arabic.full_url]
    assert ["Ada Lovelace, Kenya" in bodies[0], "Ada Lovelace، كينيا" in bodies[1]] == [True, True]


def test_who_comes_into_the_block_of_another_is_emailed_nobody_who_read_of_the_other():
    original = forwarding(targets=[target(None)])
    key = original.targets[0].id
    russian = in_russian(original, {"id": key, "value": {"name": "Джейн Доу", "role": ""}})
    make_signature(original, name="Read in English", email="1@example.org")
    make_signature(russian, name="Read in Russian", email="2@example.org")

    changed = readdress(block(two()[1], key))
    make_signature(changed, name="Reads", email="3@example.org")

    assert names(send()) == ["Reads"]


def test_only_who_was_told_is_emailed_once_a_translation_has_the_contact():
    minister = make_contact()
    original = forwarding(targets=[target(minister)])
    russian = in_russian(original, {"value": {"name": "Министр", "role": ""}})
    make_signature(russian, name="Not told", email="1@example.org")
    make_signature(original, name="Told", email="2@example.org")
    first = send()

    draft = Petition.objects.get(pk=russian.pk)
    draft.targets[0].value["contact"] = minister.pk
    revision = draft.save_revision()
    changes.explain(draft, reason="The form says what is emailed.")
    revision.publish()
    make_signature(Petition.objects.get(pk=russian.pk), name="Reads", email="3@example.org")

    assert (names(first), names(send())) == (["Told"], ["Reads"])


@pytest.mark.parametrize("is_changed_before", [False, True])
def test_a_translation_says_that_the_targets_changed_and_not_why_the_original_did_before(
    is_changed_before,
):
    original = forwarding(targets=[target(None)])
    key = original.targets[0].id
    russian = in_russian(original, {"id": key, "value": {"name": "Джейн Доу", "role": ""}})
    make_signature(russian)
    if is_changed_before:
        change_texts(original, title="Another title")

    readdress(block(make_contact(), key))

    (newest, change), *earlier = changes.published_changes(Petition.objects.get(pk=russian.pk))
    assert [each.part.name for each in change.parts] == ["forwarded"]
    assert earlier == []
    assert newest.reason == (
        "Адресаты оригинала или их контакты изменились. От них зависит, отправляются ли им "
        "подписи на этом языке по электронной почте."
    )
    assert len(Petition.objects.get(pk=original.pk).changes) == is_changed_before
