"""Previewing a petition's emails, and sending one to oneself."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from campaigns.cms.petitions.mails import WHEN
from campaigns.models import OutgoingMail, Petition, Signature
from tests.campaigns.cms.browsing import HOME, said, url
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def body_of(message):
    return message.get_body(("plain",)).get_content()


KINDS = list(WHEN)


def test_every_kind_of_mail_is_shown_to_editors():
    assert sorted(WHEN) == sorted(OutgoingMail.Kind.values), "Say when it is sent, in WHEN."


def draft(petition, **words):
    for name, text in words.items():
        setattr(petition, name, text)
    petition.save_revision()


def test_all_mails_are_shown_with_the_newest_words(teams, editor, browse):
    draft(teams.ours, confirm_subject="One more step", thanks_mail_text="We meet in May.")
    client = browse(editor)

    page = client.get(url("mails", teams.ours.pk)).content.decode()
    answers = [client.get(url("mail", teams.ours.pk, kind)) for kind in KINDS]
    frames = [answer.content.decode() for answer in answers]

    assert "One more step: Free the river" in page
    assert "We meet in May." in page
    # An Arabic text runs from right to left on an English screen, too.
    assert page.count('<pre class="petition-mail__text" lang="en" dir="auto">') == len(KINDS)
    for kind in KINDS:
        assert page.count(f'src="{url("mail", teams.ours.pk, kind)}"') == 2
    assert "One more step" in frames[0]
    assert "We meet in May." in frames[KINDS.index("thanks")]
    assert "already signed" in frames[KINDS.index("already")]
    assert Petition.objects.get(pk=teams.ours.pk).confirm_subject == ""
    # The CMS alone may frame one.
    assert {answer["X-Frame-Options"] for answer in answers} == {"SAMEORIGIN"}


def test_what_an_editor_wrote_is_text_there_and_no_markup(teams, editor, browse):
    script = "<script>alert(1)</script>"
    draft(teams.ours, title=script, confirm_text=script, thanks_mail_text=script)
    client = browse(editor)

    page = client.get(url("mails", teams.ours.pk)).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    for kind in KINDS:
        frame = client.get(url("mail", teams.ours.pk, kind)).content.decode()
        assert "&lt;script&gt;alert(1)" in frame, kind
        assert "<script>alert(1)" not in frame, kind


def test_a_test_goes_to_ones_own_address_is_logged_and_leaves_nothing(
    teams, editor, browse, smtp_server
):
    before = (Signature.objects.count(), OutgoingMail.objects.count())
    client = browse(editor)

    for number, kind in enumerate(KINDS):
        sent = {"kind": kind, "email": "somebody@example.net"}
        response = client.post(url("mails", teams.ours.pk), sent)

        assert (response.status_code, response.url) == (302, url("mails", teams.ours.pk)), kind
        assert len(smtp_server.envelopes) == len(smtp_server.messages) == number + 1, kind
        assert smtp_server.envelopes[-1].rcpt_tos == [editor.email], kind
        assert smtp_server.messages[-1]["Subject"].startswith("Test: "), kind
        assert (Signature.objects.count(), OutgoingMail.objects.count()) == before, kind
        links = {*re.findall(r"http\S+/signatures/\S+", body_of(smtp_server.messages[-1]))}
        assert links, kind
        # The link to withdraw is genuine, and says that there is nothing to withdraw.
        answers = {Client().get(urlsplit(link).path).status_code for link in links}
        assert answers == {400, 410}, kind
        entry = ModelLogEntry.objects.filter(action="petition.test_mail").latest("pk")
        assert (entry.user, entry.data) == (editor, {"kind": kind})
    assert ModelLogEntry.objects.filter(action="petition.test_mail").count() == len(KINDS)


def test_without_an_address_nothing_is_sent(teams, editor, browse, smtp_server):
    editor.email = ""
    editor.save()

    page = browse(editor).get(url("mails", teams.ours.pk)).content.decode()
    browse(editor).post(url("mails", teams.ours.pk), {"kind": "confirm"})

    assert "Your account has no email address" in page
    assert smtp_server.messages == []


def test_a_mail_server_that_is_away_is_said_and_no_failure(teams, editor, browse, settings):
    settings.EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client = browse(editor)

    response = client.post(url("mails", teams.ours.pk), {"kind": "confirm"})

    assert response.url == url("mails", teams.ours.pk)
    assert "The mail server did not accept the email" in said(client)
    assert not ModelLogEntry.objects.filter(action="petition.test_mail").exists()


def test_the_mails_of_others_are_not_there(teams, editor, browse):
    client = browse(editor)

    for path in (url("mails", teams.theirs.pk), url("mail", teams.theirs.pk, "confirm")):
        assert client.get(path).status_code == 404, path


def test_who_may_only_look_at_signatures_sends_nothing(teams, people, browse, smtp_server):
    response = browse(people.river_manager).post(url("mails", teams.ours.pk), {"kind": "confirm"})

    assert (response.status_code, response.url) == HOME
    assert smtp_server.messages == []


def test_an_unknown_mail_is_not_found(teams, editor, browse):
    client = browse(editor)

    assert client.get(url("mail", teams.ours.pk, "nonsense")).status_code == 404
    assert client.post(url("mails", teams.ours.pk), {"kind": "nonsense"}).status_code == 422


def test_a_mail_is_shown_in_the_language_of_its_petition(admin_client):
    petition = make_petition(locale="fr")

    page = admin_client.get(url("mail", petition.pk, "already")).content.decode()

    assert 'lang="fr"' in page
