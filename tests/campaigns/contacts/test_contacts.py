"""Contacts: letters are addressed to them; their email and postal addresses are not public."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import Locale, ModelLogEntry
from wagtail.test.utils.form_data import streamfield
from wagtail_localize.models import OverridableSegment, Translation
from wagtail_localize.operations import translate_object

from campaigns.contacts.addressed import addressed, language_of
from campaigns.models import Contact, Petition, SentForm, Version
from campaigns.petitions import translating
from campaigns.privacy import access_report, access_report_in_words, erasing
from campaigns.sharing import sheets
from operations.backups import erasure_ledger
from tests.campaigns.cms.browsing import form_data, url
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.handover.test_pack import made
from tests.factories import (
    make_campaign,
    make_contact,
    make_petition,
    make_signature,
    make_translation,
)
from tests.printed import texts

pytestmark = pytest.mark.django_db

HIDDEN = ("ministry.example", "Hidden Lane")


def target(contact: Contact | None, *, name: str = "Jane Doe", role: str = "Minister") -> tuple:
    return "target", {"name": name, "role": role, "contact": contact and contact.pk}


def test_a_contact_fills_in_the_name_and_changes_no_petition_afterwards(client):
    contact = make_contact()
    client.force_login(make_user("editor", "Editors"))
    typed = {"targets": streamfield([target(contact, name="", role="")])}
    client.post(url("add"), form_data(**typed))
    petition = Petition.objects.get().get_latest_revision_as_object()
    petition.save_revision().publish()
    make_signature(petition)
    before = Version.objects.count()

    response = client.post(
        reverse("wagtailsnippets_campaigns_contact:edit", args=[contact.pk]),
        {"name": "John Roe", "role": "Opposition", "email": "a@faß.example", "postal_address": ""},
    )

    petition = Petition.objects.get()
    assert response.status_code == 302
    contact.refresh_from_db()
    # fass.example may be the domain of somebody else.
    assert (contact.name, contact.email) == ("John Roe", "a@xn--fa-hia.example")
    assert petition.targets.get_prep_value()[0]["value"] == {
        "name": "Jane Doe",
        "role": "Minister",
        "contact": contact.pk,
    }
    assert (petition.parts["targets"], petition.replaced) == ("Jane Doe, Minister", None)
    assert Version.objects.count() == before


@pytest.mark.parametrize("sent", ["", "0", "nobody", "-1", "99999999999999999999"])
def test_a_contact_that_is_none_is_left_out_or_an_error_of_its_field(client, sent):
    client.force_login(make_user("editor", "Editors"))
    block = ("target", {"name": "Jane Doe", "role": "", "contact": sent})

    response = client.post(url("add"), form_data(targets=streamfield([block])))

    assert response.status_code in (200, 302)


def test_the_public_sees_name_and_office_and_its_pages_load_no_contact(client):
    contact = make_contact()
    petition = make_petition(targets=[target(contact)], goal=None)
    page = make_campaign(petition)
    make_signature(petition)
    paths = [petition.url_path(name) for name in ("petition", "changes", "api_petition")]

    with CaptureQueriesContext(connection) as queries:
        read = [client.get(path).content.decode() for path in [*paths, page.url]]
    printed = texts(sheets.sheets(Petition.objects.get(), number=1))

    assert all("Jane Doe" in text for text in (read[0], read[2], printed[0]))
    assert [each for each in HIDDEN if each in "".join(read + printed)] == []
    assert not [each for each in queries.captured_queries if "campaigns_contact" in each["sql"]]


def test_a_translation_has_the_contacts_of_the_original_and_nothing_to_translate_of_them():
    russian = Locale.objects.create(language_code="ru")
    contact = make_contact(language=russian)
    petition = make_petition(targets=[target(None, name="A. B."), target(contact)])
    petition = Petition.objects.get(pk=petition.pk)
    translate_object(petition, [russian])

    translation = Translation.objects.get()
    other = make_contact("John Roe", email="")
    petition.targets[0].value["contact"] = other.pk
    petition.save()
    lagging = addressed(translation.get_target_instance())
    translation.source.update_from_db()
    translation.save_target(publish=False)

    found = [
        [(each.words, each.contact) for each in targets]
        for targets in (lagging, addressed(translating.newest(translation.get_target_instance())))
    ]
    assert found == [
        [("A. B., Minister", known), ("Jane Doe, Minister", contact)] for known in (None, other)
    ]
    assert language_of(petition) == russian
    assert not OverridableSegment.objects.filter(context__path__contains="targets").exists()


def test_the_pack_has_the_postal_address_on_its_cover_and_above_the_letter():
    targets = [target(make_contact()), target(None, name="The council", role="")]
    make_signature(make_petition(slug="rivers", targets=targets))

    files = made(Petition.objects.get())

    cover, letter, *_rest = texts(files["rivers.pdf"])
    assert "To: Jane Doe, Minister and The council 1 Hidden Lane, 12345 Capital" in cover
    assert "Jane Doe, Minister 1 Hidden Lane 12345 Capital The council Dear Minister," in letter
    assert b"ministry.example" not in b"".join(files.values())


def test_a_person_is_told_of_their_contact_and_it_goes_when_they_are_erased(client):
    english = Locale.objects.get(language_code="en")
    contact = make_contact(email="Jane.Doe+office@gmail.com", language=english)
    other = make_contact("John Roe")
    petition = make_petition(targets=[target(contact)])
    log(contact, "wagtail.create")

    report = access_report.export("janedoe@gmail.com")
    receipt = erasing.erase("janedoe@gmail.com")

    assert report["contacts"] == [
        {
            "name": "Jane Doe",
            "role": "Minister",
            "email": "Jane.Doe+office@gmail.com",
            "postal_address": "1 Hidden Lane\n12345 Capital",
            "language": "en",
        }
    ]
    assert "Language: English" in str(access_report_in_words.tree(report))
    assert receipt.others == {erasing.CONTACTS: 1}
    assert list(Contact.objects.all()) == [other]
    entry = ModelLogEntry.objects.get_for_model(Contact).get()
    assert (entry.action, entry.label) == ("wagtail.create", f"Contact {contact.pk}")
    # The signed text stays, and the form opens without the contact.
    client.force_login(make_user("moderator", "Moderators"))
    assert client.get(url("edit", petition.pk)).status_code == 200
    assert [each.contact for each in addressed(Petition.objects.get())] == [None]


def test_a_contact_whose_email_was_corrected_stays_erased_after_a_restore():
    contact, renamed = make_contact(), make_contact("Mary Major", email="mary@example.org")
    Contact.objects.filter(pk=contact.pk).update(email="jane@example.org")
    Contact.objects.filter(pk=renamed.pk).update(name="Mary Minor")
    for email in ("jane@example.org", "mary@example.org"):
        erasing.erase(email)
    contact.save(force_insert=True)
    renamed.save(force_insert=True)

    again = erasure_ledger.replay(erasure_ledger.entries())
    # A restored database may give the primary key of a deleted contact to another contact.
    Contact.objects.create(pk=contact.pk, name="John Roe", email="john@example.org")
    never = erasure_ledger.replay(erasure_ledger.entries())

    assert (again, never) == (2, 0)
    assert Contact.objects.get().name == "John Roe"


def test_the_form_of_the_pack_proposes_the_language_of_the_contact(admin_client):
    contact = make_contact()
    petition = make_petition(targets=[target(contact)])
    make_signature(petition)
    translation = make_translation(petition, "ru")
    forms = []

    for language in (None, translation.locale):
        Contact.objects.update(language=language)
        forms.append(admin_client.get(url("pack", petition.pk)).context["form"])

    assert [form.fields["language"].initial for form in forms] == [None, translation.pk]


def test_a_contact_is_made_where_it_is_chosen(client):
    editor = make_user("editor", "Editors")
    client.force_login(editor)
    create = reverse("wagtailsnippetchoosers_campaigns_contact:create")
    typed = {"name": "Jane Doe", "role": "Minister", "email": "j@d.example"}

    offered = client.get(reverse("wagtailsnippetchoosers_campaigns_contact:choose"))
    own = client.get(reverse("wagtailsnippets_campaigns_contact:add"))
    form = offered.context["creation_form"]
    data = {form.add_prefix(name): typed[name] for name in typed}
    response, again = (
        client.post(create, {**data, "csrfmiddlewaretoken": "a" * 64}) for _ in range(2)
    )

    with override("fr"):
        assert str(offered.context["search_tab_label"]) == "Recherche"
    # An input for email addresses would refuse or change some that are right.
    inputs = [each["email"].widget_type for each in (form, own.context["form"])]
    assert inputs == ["emailtext", "emailtext"]
    assert str(Contact.objects.get()) == "Jane Doe, Minister"
    assert response.json() == again.json()
    assert response.json()["step"] == "chosen"
    assert "Jane" not in str(SentForm.objects.values())  # it would outlive an erasure for a day
    logged = ModelLogEntry.objects.for_instance(Contact.objects.get())
    assert [(each.action, each.user) for each in logged] == [("wagtail.create", editor)]


def test_who_may_keep_contacts(client):
    contact = make_contact()
    may = {}

    for group in ("Editors", "Moderators", "Campaign managers"):
        client.force_login(make_user(group[:4], group))
        answers = [
            client.get(reverse(f"wagtailsnippets_campaigns_contact:{view}", args=args))
            for view, args in (
                ("list", []),
                ("add", []),
                ("edit", [contact.pk]),
                ("delete", [contact.pk]),
            )
        ]
        may[group] = [answer.status_code == 200 for answer in answers]

    assert may == {
        "Editors": [True, True, True, False],
        "Moderators": [True] * 4,
        "Campaign managers": [True] * 4,
    }
