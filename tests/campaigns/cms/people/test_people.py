"""Data requests, answered in the CMS by staff with the permission, for their petitions alone."""

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.models import ErasureReceipt, ListEntry, Signature
from campaigns.privacy import access_report
from campaigns.privacy import people as persons
from campaigns.signing import assisting
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.signatures.test_history import of_petition, of_signature
from tests.factories import make_signature

pytestmark = pytest.mark.django_db

EMAIL = "Ada.Lovelace+x@gmail.com"
BOX, REPORT = reverse("people"), reverse("person_report")
ERASE, STOP = reverse("erase_person"), reverse("stop_person_mail")
WHO = {"email": EMAIL}
SURE = {**WHO, "sure": "yes"}


@pytest.fixture
def ada(teams) -> list[Signature]:
    """One person who signed for both teams, in two spellings."""
    return [
        make_signature(teams.ours, email="adalovelace@gmail.com", name="Ada Byron", updates=True),
        make_signature(teams.theirs, email=EMAIL, name="Ada King"),
    ]


@pytest.fixture
def manager(people, browse):
    return browse(people.manager)


@pytest.fixture
def river(teams, people, browse):
    """A client of a manager of one of the two collections, who may moderate there."""
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    return browse(people.river_manager)


def text(response: HttpResponse) -> str:
    return response.content.decode()


# --- looking up ---


def test_a_person_is_found_over_all_petitions_that_one_may_see(ada, manager, river):
    found = [text(client.post(BOX, WHO)) for client in (manager, river)]

    shown = [[name in page for name in ("Ada Byron", "Ada King")] for page in found]
    assert shown == [[True, True], [True, False]]
    assert "Spare the forest" not in found[1]


def test_an_email_that_signed_elsewhere_only_is_answered_like_a_strangers(ada, river):
    Signature.objects.filter(pk=ada[0].pk).delete()

    pages = [text(river.post(BOX, {"email": email})) for email in (EMAIL, "nobody@gmail.com")]

    same = [page.replace(EMAIL, "…").replace("nobody@gmail.com", "…") for page in pages]
    tokens = [page.split("csrfmiddlewaretoken") for page in same]
    assert [len(parts) for parts in tokens] == [len(tokens[0])] * 2
    assert ["Nobody signed with this email address" in page for page in pages] == [True, True]
    assert [len(page) for page in same] == [len(same[0])] * 2


def test_the_email_is_in_no_url(ada, manager):
    page = text(manager.post(BOX, WHO))

    assert 'method="post"' in page
    assert "?email" not in page
    assert [manager.get(f"{url}?email={EMAIL}").status_code for url in (BOX, ERASE)] == [200, 302]


@pytest.mark.parametrize("name", ["editor", "visitor"])
def test_who_may_answer_nothing_finds_no_box(name, people, browse):
    client = browse(getattr(people, name))

    assert [client.post(url, WHO).status_code for url in (BOX, REPORT, ERASE, STOP)] == [302] * 4


def test_each_answer_needs_its_right(ada, teams, browse):
    make_team("Exporters", teams.river, "view_signatures", "export_signatures")
    make_team("Deleters", teams.river, "view_signatures", "delete_signatures")
    exporter, deleter = browse(make_user("e", "Exporters")), browse(make_user("d", "Deleters"))

    answers = [
        [client.post(url, SURE).status_code == 302 for url in (REPORT, STOP)]
        for client in (exporter, deleter)
    ]
    offered = [
        [url in text(client.post(BOX, WHO)) for url in (REPORT, ERASE, STOP)]
        for client in (exporter, deleter)
    ]

    assert answers == [[False, True], [True, True]]
    assert offered == [[True, False, False], [False, True, False]]
    assert exporter.post(ERASE, SURE).url == reverse("wagtailadmin_home")
    assert Signature.objects.filter(pk__in=[each.pk for each in ada]).count() == 2


def test_it_says_how_many_signatures_each_answer_covers(ada, teams, browse):
    rights = ("view_signatures", "export_signatures", "delete_signatures", "moderate_signatures")
    make_team("River", teams.river, *rights)
    user = make_user("both", "River")
    user.groups.add(make_team("Readers", teams.forest, "view_signatures"))

    found = text(browse(user).post(BOX, WHO))

    assert "Of 2 signatures, the file covers 1." in found
    assert "Of 2 signatures, you may stop the emails for 1." in found
    assert "Of 2 signatures, you may delete 1." in found


def test_two_people_who_share_an_email_are_told_apart(teams, manager):
    for slot, name in ((1, "Ada"), (2, "Ida")):
        make_signature(teams.ours, email="home@example.org", name=name, household_slot=slot)

    unclear = manager.post(BOX, {"email": "home@example.org"})
    clear = manager.post(BOX, {"email": "home@example.org", "name": "ida"})
    refused = manager.post(ERASE, {"email": "home@example.org", "sure": "yes"}, follow=True)

    assert unclear.status_code == 422
    assert "Two people share this email address" in text(unclear)
    assert [">Ida<" in text(clear), ">Ada<" in text(clear)] == [True, False]
    assert "Two people share this email address" in text(refused)
    assert Signature.objects.filter(email="home@example.org").count() == 2


# --- handing out ---


def test_the_file_holds_what_the_command_prints_for_these_petitions(ada, manager, river):
    everything = access_report.export(EMAIL)

    files = [
        json.loads(client.post(REPORT, {**WHO, "format": "json"}).content)
        for client in (manager, river)
    ]

    numbers = [[row["number"] for row in file["signatures"]] for file in files]
    assert numbers == [[str(each.pk) for each in ada], [str(ada[0].pk)]]
    # What the user may not see is left out: “Nothing” would be untrue.
    assert files[0].keys() == everything.keys() - {"staff_accounts"}
    assert files[0]["signatures"][0].keys() == everything["signatures"][0].keys()


def test_the_file_to_read_says_the_same_in_words(ada, manager):
    response = manager.post(REPORT, {**WHO, "format": "html"})

    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert "lovelace" not in response["Content-Disposition"].lower()
    page = text(response)
    for line in ("Name: Ada Byron", "Email: adalovelace@gmail.com", "Keep me informed: yes"):
        assert line in page
    for value in (*(str(each.pk) for each in ada), "Let it run.", "State: confirmed"):
        assert value in page
    for value in ("Language: English", "Key of the links in emails: "):
        assert value in page
    assert "digest" not in page.lower()


def test_markup_that_a_signer_typed_is_text_in_the_file(teams, manager):
    make_signature(teams.ours, email=EMAIL, comment="<script>alert(1)</script>\nSecond line")

    page = text(manager.post(REPORT, WHO))

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Second line" in page


def test_handing_out_is_in_the_histories_and_says_not_to_whom(ada, manager, teams):
    manager.post(REPORT, WHO)

    said = "Copy of the data given to the person at their request"
    assert [of_petition(manager, each)[0] for each in (teams.ours, teams.theirs)] == [said] * 2
    assert of_signature(manager, ada[0]) == [said]
    assert "lovelace" not in str(list(ModelLogEntry.objects.values("label", "data"))).lower()


def test_lists_and_accounts_are_shown_to_those_who_may_see_them(ada, manager, river, people):
    ListEntry.objects.create(kind="email", pattern="adalovelace@gmail.com", note="Asked us to.")
    people.editor.email = "adalovelace@gmail.com"
    people.editor.first_name = "Edith"
    people.editor.save()
    accounts = Permission.objects.get(codename="change_user")
    Group.objects.get(name="Campaign managers").permissions.add(accounts)

    files = [
        json.loads(
            client.post(REPORT, {"email": "adalovelace@gmail.com", "format": "json"}).content
        )
        for client in (manager, river)
    ]

    ours, theirs = files
    assert [each["note"] for each in ours["list_entries"]] == ["Asked us to."]
    assert [each["first_name"] for each in ours["staff_accounts"]] == ["Edith"]
    assert not theirs.keys() & {"list_entries", "staff_accounts"}
    assert ["Asked us to." in text(client.post(BOX, WHO)) for client in (manager, river)] == [
        True,
        False,
    ]


# --- deleting ---


def test_deleting_asks_first_and_gives_a_receipt(ada, manager, people, teams):
    asked = manager.post(ERASE, WHO)
    still = persons.find(EMAIL).count()
    done = manager.post(ERASE, SURE, follow=True)

    receipt = ErasureReceipt.objects.get()
    assert (asked.status_code, still, persons.find(EMAIL).count()) == (200, 2, 0)
    assert 'class="button serious" name="sure"' in text(asked)
    assert done.redirect_chain == [(reverse("erasure_receipt", args=[receipt.pk]), 302)]
    assert (receipt.made_by, receipt.rows) == (people.manager, 2)
    for said in ("Free the river", "Spare the forest", "1 signature, with its emails", "manager"):
        assert said in text(done)
    assert of_petition(manager, teams.ours)[0] == "Data deleted at the person’s request"
    entry = ModelLogEntry.objects.filter(action="petition.erase").first()
    assert (entry.user, entry.data) == (people.manager, {"rows": 1, "receipt": str(receipt.pk)})


def test_the_receipt_is_found_by_the_email_and_says_no_name(ada, manager):
    manager.post(ERASE, SURE)
    receipt = ErasureReceipt.objects.get()
    address = reverse("erasure_receipt", args=[receipt.pk])

    again = text(manager.post(BOX, WHO))
    page = text(manager.get(address))

    assert address in again
    assert "lovelace" not in page.lower()
    assert "adalovelace@gmail.com" not in str(vars(receipt))


def test_another_teams_signatures_and_receipts_are_left_alone(ada, manager, river):
    river.post(ERASE, SURE)
    ours = ErasureReceipt.objects.get()
    manager.post(ERASE, SURE)
    theirs = ErasureReceipt.objects.exclude(pk=ours.pk).get()

    addresses = [reverse("erasure_receipt", args=[each.pk]) for each in (ours, theirs)]

    assert [row["title"] for row in ours.petitions] == ["Free the river"]
    assert [row["title"] for row in theirs.petitions] == ["Spare the forest"]
    assert [river.get(address).status_code for address in addresses] == [200, 404]
    assert addresses[1] not in text(river.post(BOX, WHO))


def test_deleting_twice_is_not_an_error(ada, manager):
    manager.post(ERASE, SURE)

    again = manager.post(ERASE, SURE, follow=True)
    asked = manager.post(ERASE, WHO, follow=True)

    assert "nothing left to delete" in text(again)
    assert "We store nothing about this person" in text(asked)
    assert ErasureReceipt.objects.count() == 1


# --- stopping all emails ---


def test_all_mail_is_stopped_for_the_petitions_that_one_may_moderate(ada, river, manager):
    asked = river.post(STOP, WHO)
    before = [assisting.is_stopped(each) for each in ada]
    said = text(river.post(STOP, SURE, follow=True))
    again = river.post(STOP, WHO, follow=True)

    assert "No more emails about your team’s petitions go to this person. Other teams" in said
    assert "This person has signed nothing, or already gets no emails." in text(again)
    assert "about 1 petition to this person" in text(asked)
    assert before == [False, False]
    assert [assisting.is_stopped(each) for each in ada] == [True, False]
    assert Signature.objects.get(pk=ada[0].pk).updates is False
    assert of_signature(river, ada[0]) == ["All emails stopped"]
    assert "No more emails go to this person." in text(manager.post(STOP, SURE, follow=True))


def test_the_file_is_in_the_language_of_the_account(ada, people, browse):
    UserProfile.get_for_user(people.manager)
    UserProfile.objects.filter(user=people.manager).update(preferred_language="fr")

    page = text(browse(people.manager).post(REPORT, {**WHO, "format": "html"}))

    assert '<html lang="fr"' in page
