"""An *Add* form that is sent twice makes one object, and the second response leads to it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, UploadedFile

from campaigns.models import CampaignPage, CustomImage, Petition, SentForm, StaffNotice, Topic
from campaigns.workflow import sent_forms
from tests.campaigns.cms.browsing import form_data, said, url
from tests.campaigns.cms.pages import test_publishing as pages
from tests.campaigns.cms.pages.test_images import packed
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.database import taken_back
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db

# Values of the CSRF token, which Django masks differently in each form that it renders.
TOKEN, ANOTHER = "a" * 64, "b" * 64
SAID = "perhaps by your own first click. Nothing is created twice."


@dataclass(frozen=True)
class Case:
    """An Add form: its URL, its data, and the model of the object that it makes."""

    model: type[models.Model]
    path: Callable[[], str]
    data: Callable[[], dict[str, Any]]
    made: dict[str, str]


def add_page() -> str:
    index = Page.objects.get(slug="campaigns").pk
    return reverse("wagtailadmin_pages:add", args=["campaigns", "campaignpage", index])


def page_data(**fields: Any) -> dict[str, Any]:
    return pages.form_data(Petition.objects.get(title="There already"), title="New", **fields)


CASES = {
    "page": Case(CampaignPage, add_page, page_data, {"title": "New"}),
    "petition": Case(
        Petition,
        lambda: url("add"),
        lambda: form_data(collection=root()),
        {"slug": "save-the-bees"},
    ),
    "topic": Case(
        Topic,
        lambda: reverse("wagtailsnippets_campaigns_topic:add"),
        lambda: {"title": "Rivers", "slug": ""},
        {"title": "Rivers"},
    ),
    "image": Case(
        CustomImage,
        lambda: reverse("wagtailimages:add"),
        lambda: {"title": "Square", "collection": root(), "file": picture()},
        {"title": "Square"},
    ),
    "image in a dialog": Case(
        CustomImage,
        lambda: reverse("wagtailimages_chooser:create"),
        lambda: {
            f"image-chooser-upload-{name}": value for name, value in CASES["image"].data().items()
        },
        {"title": "Square"},
    ),
    "redirect": Case(
        Redirect,
        lambda: reverse("wagtailredirects:add"),
        lambda: {"old_path": "/old", "redirect_link": "https://example.org/", "site": ""},
        {"old_path": "/old"},
    ),
}


def root() -> int:
    return int(Collection.get_first_root_node().pk)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("square.png", packed("PNG"), content_type="image/png")


@pytest.fixture
def admin(people, browse) -> Client:
    make_campaign(make_petition(title="There already"), title="Another story")
    return browse(people.administrator)


def send(client: Client, case: Case, **fields: Any) -> HttpResponse:
    data = case.data() | {"csrfmiddlewaretoken": TOKEN} | fields
    return client.post(case.path(), data)


def number(case: Case) -> int:
    return case.model._default_manager.filter(**case.made).count()


def test_a_form_that_is_sent_twice_makes_one_thing(admin):
    for name, case in CASES.items():
        with taken_back():
            answers = [send(admin, case) for _ in range(2)]

            assert number(case) == 1, name
            assert {answer.status_code for answer in answers} <= {200, 302}, name
            assert answers[0].get("Location") == answers[1].get("Location"), name
            if "Location" in answers[0]:
                assert SAID in said(admin), name
            else:
                assert answers[0].json() == answers[1].json(), name
        admin.cookies.pop("messages", None)  # as the page does that shows them


def apart(client: Client, case: Case) -> int:
    try:
        return send(client, case).status_code
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("name", ["page", "petition"])
def test_a_double_click_makes_one_thing(name, admin, people, browse):
    case, clients = CASES[name], [browse(people.administrator) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {case.model._meta.db_table} IN SHARE MODE")
            posts = [pool.submit(apart, client, case) for client in clients]
            until_they_wait(2)
        answers = [post.result() for post in posts]

    assert answers == [302, 302]
    assert number(case) == 1


def test_a_button_that_is_pressed_while_autosave_makes_it_acts_on_what_is_made(admin):
    for name in ("page", "petition"):
        case = CASES[name]
        saved = admin.post(
            case.path(),
            case.data() | {"csrfmiddlewaretoken": TOKEN},
            headers={"Accept": "application/json"},
        )
        StaffNotice.objects.all().delete()

        pressed = {"csrfmiddlewaretoken": TOKEN, "title": "Newer", "action-submit": "true"}
        led = admin.post(case.path(), case.data() | pressed)
        response = admin.post(led["Location"], case.data() | pressed)  # as the browser does

        made = case.model._default_manager.get(pk=saved.json()["pk"])
        statuses = (led.status_code, response.status_code)
        assert (saved.json()["success"], statuses) == (True, (307, 302)), name
        assert made.get_latest_revision_as_object().title == "Newer", name
        assert made.workflow_in_progress, name
        assert StaffNotice.objects.exists(), name


def test_what_could_not_be_saved_is_sent_again(admin):
    case = CASES["topic"]
    refused = send(admin, case, title="")

    made = send(admin, case)

    assert (refused.status_code, made.status_code, number(case)) == (200, 302, 1)


def test_two_forms_make_two_things(admin, people, browse):
    case = CASES["redirect"]
    first = send(admin, case)

    second = send(admin, case, old_path="/other", csrfmiddlewaretoken=ANOTHER)
    third = send(browse(people.moderator), case, old_path="/third")

    assert [each.status_code for each in (first, second, third)] == [302] * 3
    assert Redirect.objects.count() == 3


def test_two_forms_of_one_session_have_two_tokens(admin):
    forms = [admin.get(CASES["topic"].path()).content.decode() for _ in range(2)]

    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', form) for form in forms]

    assert [len(set(found)) for found in tokens] == [1, 1]
    assert tokens[0][0] != tokens[1][0]


def test_one_of_many_files_that_needs_a_title_is_made_once(admin):
    """A file whose name is no title gets a form with a button; other files get none."""
    for kind, space, told, model, file in (
        ("image", "wagtailimages", "image_id", CustomImage, ("a.png", packed("PNG"))),
        ("document", "wagtaildocs", "doc_id", Document, ("a.pdf", b"%PDF-1.7")),
    ):
        upload = UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(model),
            file=SimpleUploadedFile(*file),
            uploaded_by_user=User.objects.get(username="admin"),
        )
        path = reverse(f"{space}:create_multiple_from_uploaded_{kind}", args=[upload.pk])
        data = {"title": "Square", "collection": root(), "tags": ""}
        form = {f"uploaded-{kind}-{upload.pk}-{name}": value for name, value in data.items()}

        answers = [admin.post(path, {**form, "csrfmiddlewaretoken": TOKEN}) for _ in range(2)]

        made = model.objects.get(title="Square")
        expected = [{"success": True, told: made.pk}] * 2
        assert [answer.json() for answer in answers] == expected, kind


@pytest.mark.parametrize(
    ("space", "model", "told", "files"),
    [
        ("wagtailimages", CustomImage, "image_id", [("a.png", "red"), ("b.png", "blue")]),
        ("wagtaildocs", Document, "doc_id", [("a.pdf", b"%PDF-1.7"), ("b.pdf", b"%PDF-1.6")]),
    ],
)
def test_each_of_many_files_is_made_once_and_again_if_it_was_deleted(
    space, model, told, files, admin
):
    """The browser sends the chosen files one after another, with the same token."""

    def send(name: str, content: bytes | str) -> int:
        if isinstance(content, str):
            file = get_test_image_file(filename=name, colour=content).file
            upload = SimpleUploadedFile(name, file.getvalue())
        else:
            upload = SimpleUploadedFile(name, content)
        data = {"title": name, "collection": root(), "files[]": upload}
        path = reverse(f"{space}:add_multiple")
        return admin.post(path, {**data, "csrfmiddlewaretoken": TOKEN}).json()[told]

    first = [send(*files[0]), send(*files[1]), send(*files[0])]
    model.objects.filter(pk=first[0]).delete()
    again = send(*files[0])

    assert first[0] == first[2] != first[1]
    assert sorted(model.objects.values_list("pk", flat=True)) == sorted([first[1], again])


def test_who_may_not_add_is_told_so_again(admin, people, browse):
    editor, case = browse(people.editor), CASES["topic"]

    answers = [send(editor, case)["Location"] for _ in range(2)]

    assert answers == [reverse("wagtailadmin_home")] * 2
    assert SAID not in said(editor)
    assert not SentForm.objects.exists()


def test_it_is_forgotten_after_a_day(admin):
    send(admin, CASES["topic"])
    sent_forms.delete_old()
    before = SentForm.objects.count()
    SentForm.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))

    sent_forms.delete_old()

    assert (before, SentForm.objects.count()) == (1, 0)
