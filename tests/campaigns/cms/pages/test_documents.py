"""Uploaded documents are of an accepted type, or the form says what is wrong."""

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import GroupCollectionPermission
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, streamfield

from tests.campaigns.cms.conftest import make_team, make_user
from tests.campaigns.cms.mailings.test_mailings import typed
from tests.campaigns.cms.pages.test_publishing import edit, form_data
from tests.factories import make_article, make_campaign, make_image

pytestmark = pytest.mark.django_db

ADD = "/admin/documents/add/"
MANY = "/admin/documents/multiple/add/"
CHOOSER = "/admin/documents/chooser/create/"
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"


def packed() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


REFUSED = {
    "page.html": PAGE,
    "page.svg": b"<svg/>",
    "program.exe": b"MZ",
    "page.pdf": PAGE,
    "page.txt": PAGE,
    "page.csv": b"\xef\xbb\xbf \n<ScRipt>alert(1)</script>",
    "wide.txt": PAGE.decode().encode("utf-16"),
    "drawing.txt": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "both.pdf": b"%PDF-1.7\n" + PAGE,
    "late.pdf": PAGE + b"%PDF-1.7",
    "page.docx": PAGE,
    "picture.rtf": b"GIF89a",
    "binary.csv": b"a,b\0c",
    "nothing.txt": b"",
    "big.txt": b"a" * (5 * 1024 * 1024 + 1),
}
TAKEN = {
    "report.pdf": b"%PDF-1.7\n1 0 obj",
    "letter.docx": packed(),
    "numbers.csv": b"name,less <3\nAda,1 < 2",
    "words.txt": "Père Noël".encode(),
    "old.rtf": b"{\\rtf1 Hello}",
}


@pytest.mark.parametrize("kind", ["documents", "images"])
def test_files_of_other_teams_are_neither_listed_nor_handed_out(people, browse, teams, kind):
    ours, theirs = (
        make_image(title=each.name, collection=each)
        if kind == "images"
        else Document.objects.create(
            title=each.name, collection=each, file=ContentFile(b"words", name=f"{each.name}.txt")
        )
        for each in (teams.river, teams.forest)
    )
    may_choose = Permission.objects.get(codename=f"choose_{kind[:-1]}")
    GroupCollectionPermission.objects.create(
        group=Group.objects.get(name="River team"), collection=teams.river, permission=may_choose
    )
    staff = browse(people.river_manager)

    listed = staff.get(f"/admin/api/main/{kind}/").json()["items"]
    pages = [staff.get(f"/admin/api/main/{kind}/{each.pk}/").status_code for each in (ours, theirs)]

    assert [each["title"] for each in listed] == ["River"]
    assert pages == [200, 404]
    model = "campaigns/customimage" if kind == "images" else "wagtaildocs/document"
    for act in ("add_tags", "add_to_collection", "delete"):
        both = f"/admin/bulk/{model}/{act}/?id={ours.pk}&id={theirs.pk}"
        named = re.findall(r"<li>\s*(.*?)\s*(?:<|$)", staff.get(both).content.decode())
        assert ("River" in named, "Forest" in named) == (True, False), act
    if kind == "documents":
        answers = [
            [who.get(each.url).status_code for each in (ours, theirs)] for who in (staff, Client())
        ]
        assert answers == [[200, 404], [404, 404]]
        page = make_article(live=False)
        page.body = [("document", {"document": theirs})]
        page.save_revision(user=people.editor)
        lawyers = make_team("Lawyers", teams.river)  # who edit no pages
        page.get_workflow().tasks.get().specific.groups.add(lawyers)
        page.get_workflow().start(page, people.editor)
        readers = (people.editor, make_user("lawyer", "Lawyers"))
        before = [browse(who).get(theirs.url).status_code for who in readers]
        page.body = []
        page.save_revision(user=people.editor)  # what was submitted still shows it
        after = [browse(who).get(theirs.url).status_code for who in readers]
        assert before == after == [200, 200]


def test_what_is_not_a_document_of_ours_is_a_form_error(admin_client):
    for name, content in REFUSED.items():
        one, many, chosen = (SimpleUploadedFile(name, content) for _ in range(3))
        data = {"document-chooser-upload-title": "R", "document-chooser-upload-file": chosen}

        one = admin_client.post(ADD, {"title": "Report", "file": one})
        many = admin_client.post(
            MANY, {"files[]": many}, headers={"X-Requested-With": "XMLHttpRequest"}
        )
        chosen = admin_client.post(CHOOSER, data)

        assert (one.status_code, "file" in one.context["form"].errors) == (200, True), name
        assert (many.status_code, many.json()["success"]) == (200, False), name
        assert (chosen.status_code, chosen.json()["step"]) == (200, "reshow_creation_form"), name
        assert not Document.objects.exists(), name


def test_a_document_is_downloaded_and_never_opened_by_the_browser(
    admin_client, client, django_capture_on_commit_callbacks
):
    for name, content in TAKEN.items():
        file = SimpleUploadedFile(name, content)
        admin_client.post(ADD, {"title": name, "file": file, "collection": 1})
    documents = {each.title: each for each in Document.objects.all()}
    blocks = [
        ("document", {"document": each, "text": "", "title": ""}) for each in documents.values()
    ]
    with django_capture_on_commit_callbacks(execute=True):  # Wagtail's index of references
        make_article(body=blocks)

    assert documents.keys() == TAKEN.keys()
    for name, content in TAKEN.items():
        response = client.get(documents[name].url)
        assert b"".join(response) == content, name
        assert response["Content-Disposition"].startswith("attachment;"), name
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["Content-Security-Policy"] == "default-src 'none'", name


def test_another_file_in_place_of_the_first_is_looked_at_too(admin_client):
    good = SimpleUploadedFile("words.txt", b"Hello")
    admin_client.post(ADD, {"title": "Words", "file": good, "collection": 1})
    document = Document.objects.get()
    bad = SimpleUploadedFile("words.txt", PAGE)

    response = admin_client.post(
        f"/admin/documents/edit/{document.pk}/", {"title": "Words", "file": bad, "collection": 1}
    )

    assert "file" in response.context["form"].errors
    document.refresh_from_db()
    assert document.file.read() == b"Hello"


def test_a_file_with_another_name_has_another_address(admin_client):
    first, second = (SimpleUploadedFile(f"{name}.txt", b"Hello") for name in ("early", "late"))
    admin_client.post(ADD, {"title": "Words", "file": first, "collection": 1})
    document = Document.objects.get()
    before = document.url
    admin_client.post(
        f"/admin/documents/edit/{document.pk}/", {"title": "Words", "file": second, "collection": 1}
    )

    document = Document.objects.get()

    assert document.url != before
    assert [admin_client.get(url).status_code for url in (before, document.url)] == [404, 200]


def test_no_document_has_a_name_that_nginx_does_not_serve(admin_client):
    for name in ("«».txt", "...plan.txt", "Our plan.txt"):
        file = SimpleUploadedFile(name, b"Hello")
        admin_client.post(ADD, {"title": name, "file": file, "collection": 1})

    stored = Document.objects.order_by("pk").values_list("file", flat=True)

    # Names that were taken already have something before the extension.
    begun = ("documents/file", "documents/plan", "documents/Our_plan")
    assert [name.startswith(start) for name, start in zip(stored, begun, strict=True)] == [True] * 3
    assert all(name.endswith(".txt") for name in stored)


@pytest.fixture
def secret(teams):
    file = ContentFile(b"secret", name="strategy.txt")
    return Document.objects.create(title="Strategy", collection=teams.forest, file=file)


def linking_to(key):
    data = {"id": key, "url": "", "filename": ""}
    entity = {"type": "DOCUMENT", "mutability": "MUTABLE", "data": data}
    block = {"key": "aaaaa", "text": "Read", "type": "unstyled", "depth": 0}
    block |= {"inlineStyleRanges": [], "entityRanges": [{"offset": 0, "length": 4, "key": 0}]}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


def test_nobody_reads_a_file_of_another_team_by_showing_it(
    people, browse, teams, secret, editor, page_publishers, django_capture_on_commit_callbacks
):
    """The choosers never offer it, but a forged form could contain its primary key.

    Nor does the form that comes back, with whatever mistake, show its title or its picture.
    """
    page = make_campaign(teams.ours)
    editor.groups.add(page_publishers)
    story = nested_form_data({"body": streamfield([("text", linking_to(secret.pk))])})
    odd = nested_form_data({"body": streamfield([("text", linking_to(f"+0{secret.pk}"))])})
    picture = make_image(collection=teams.forest, title="Strategy")
    image = {"image": picture.pk, "alt_text": "", "decorative": ""}
    blocks = [
        ("image", {"image": image, "caption": "What was typed", "size": "text", "credit": ""}),
        ("document", {"document": secret.pk, "text": "", "title": ""}),
        ("text", linking_to(secret.pk)),
    ]
    quote = {"text": "Now.", "attribution": "", "role": "", "source_url": "nowhere"}
    mistaken = nested_form_data({"body": streamfield([*blocks, ("quote", quote)])})
    forms = {
        "mailing": (people.river_manager, "/admin/mailings/new/", typed(teams.ours) | story),
        "page": (editor, edit(page), form_data(teams.ours, slug=page.slug) | story),
        "odd key": (editor, edit(page), form_data(teams.ours, slug=page.slug) | odd),
        "picture": (
            editor,
            edit(page),
            form_data(teams.ours, slug=page.slug, listing_image=picture.pk),
        ),
        "mistaken": (editor, edit(page), form_data(teams.ours, slug=page.slug) | mistaken),
    }

    for place, (user, url, fields) in forms.items():
        with django_capture_on_commit_callbacks(execute=True):
            answer = browse(user).post(url, fields)

        text = answer.content.decode()
        assert ("that you may not choose" in text) is (place != "mistaken"), place
        assert ("What was typed" in text) is (place == "mistaken"), place
        names = ("Strategy", secret.filename, Path(picture.file.name).stem)
        assert [name for name in names if name in text] == [], place
        assert browse(user).get(secret.url).status_code == 404, place


def test_what_a_colleague_has_shown_stays_and_is_read_by_those_who_see_it(
    browse, teams, secret, editor, page_publishers
):
    page = make_campaign(teams.ours)
    editor.groups.add(page_publishers)
    story = nested_form_data({"body": streamfield([("text", linking_to(secret.pk))])})
    fields = form_data(teams.ours, slug=page.slug) | story
    client = browse(editor)
    page.body = [("text", RichText(f"Read document {secret.pk}."))]
    page.save_revision()
    before = client.get(secret.url).status_code

    page.body = [("text", RichText(f'<a linktype="document" id="{secret.pk}">Read</a>'))]
    page.save_revision()

    assert (before, client.get(secret.url).status_code) == (404, 200)
    assert client.post(edit(page), fields).status_code == 302

    page.body = []
    page.save_revision()
    back = client.post(edit(page), fields)
    page.refresh_from_db()
    newest = page.get_latest_revision_as_object()

    assert (back.status_code, secret.url in str(newest.body)) == (302, True)
