"""A form that was opened before a colleague's change gives nothing back that the colleague took."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupCollectionPermission, Locale

from campaigns.cms.uploads import NOT_KEPT
from campaigns.models import Contact, CustomImage, DefaultTexts, ListEntry, Receiver, Topic
from home.models import Identity, Navigation
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_contact, make_home, make_image, make_topic

pytestmark = pytest.mark.django_db

IDENTITY = "wagtailsettings:edit"
NAMES = {IDENTITY: ["home", "identity"]}
# What a browser's script sends for blocks of which there are none.
NO_BLOCKS = {
    "texts": {"thanks_blocks-count": ["0"]},
    "navigation": {"main-count": ["0"], "foot-count": ["0"]},
    "identity": {"social-count": ["0"]},
}
STALE = "This was changed after you opened this form."


def sent(client, path):
    """Everything that the largest form of a page sends."""
    page = BeautifulSoup(client.get(path).content, "html.parser")
    form = max(page.select("form"), key=lambda each: len(each.select("input, select, textarea")))
    data = dict[str, list[str]]()
    for each in form.select("input[name], textarea[name]"):
        if each.get("type") in ("checkbox", "radio") and not each.has_attr("checked"):
            continue
        typed = "on" if each.get("type") == "checkbox" else each.text.lstrip("\n")
        data.setdefault(each["name"], []).append(each.get("value", typed))
    for each in form.select("select[name] option[selected]"):
        data.setdefault(each.find_parent("select")["name"], []).append(each["value"])
    return data


def files():
    document = Document.objects.create(title="Old", file=ContentFile(b"words", name="report.txt"))
    return {
        "picture": ("wagtailimages:edit", make_image(), {"credit": ["© Ada"]}),
        "document": ("wagtaildocs:edit", document, {"title": ["New"]}),
    }


def cases():
    """The URL of each form, a field that a colleague changes, and how it is stored then."""
    snippet = "wagtailsnippets_campaigns_{}:edit".format
    contact = make_contact(email="old@example.org")
    entry = ListEntry.objects.create(kind="domain", pattern="a.example", effect="block")
    texts = DefaultTexts.objects.create(locale=Locale.get_default(), thanks_subject="Thanks")
    navigation = Navigation.objects.create(locale=Locale.get_default())
    identity = Identity.objects.create(site=make_home().get_site(), contact_email="a@example.org")
    receiver, topic = make_receiver(fields=("name", "email", "country")), make_topic()
    return {
        "contact": (snippet("contact"), contact, {"email": ["new@example.org"]}),
        "entry": (snippet("listentry"), entry, {"effect": ["allow"]}),
        "topic": (snippet("topic"), topic, {"title": ["Lakes"]}),
        "receiver": ("receivers:edit", receiver, {"url": ["https://new.example.org/hook"]}),
        "fields": ("receivers:edit", receiver, {"fields_sent-2-called": ["land"]}),
        "texts": (snippet("defaulttexts"), texts, {"thanks_subject": ["Thank you"]}),
        "navigation": ("wagtailsnippets_home_navigation:edit", navigation, {}),
        "identity": (IDENTITY, identity, {"contact_email": ["new@example.org"]}),
        **files(),
        "group": ("wagtailusers_groups:edit", Group.objects.get(name="Moderators"), {}),
    }


def stored(row):
    """What a colleague may have taken away."""
    row = type(row).objects.get(pk=row.pk)
    if isinstance(row, Group):
        theirs = GroupCollectionPermission.objects.filter(group=row)
        return [set(row.permissions.all()), set(theirs.values_list("permission", "collection"))]
    if isinstance(row, Receiver):
        return [row.url, {each.field: each.called for each in row.fields_sent.all()}]
    names = {Contact: "email", ListEntry: "effect", Topic: "title", Identity: "contact_email"}
    names |= {CustomImage: "credit", Document: "title"}
    names |= {DefaultTexts: "thanks_subject", Navigation: "foot"}
    return str(getattr(row, names[type(row)]))


def test_what_a_colleague_took_away_comes_back_only_after_asking(people, browse):
    client = browse(people.administrator)
    for name, (view, row, changes) in cases().items():
        path = reverse(view, args=[*NAMES.get(view, []), getattr(row, "site_id", row.pk)])
        before, mine = stored(row), sent(client, path) | NO_BLOCKS.get(name, {})
        if name == "group":  # its rights below collections are forms of their own
            row.collection_permissions.all().delete()
        elif name == "navigation":
            link = {"label": "Elsewhere", "url": "https://example.org/"}
            Navigation.objects.update(foot=[("link", link)])
        else:
            assert client.post(path, mine | changes).status_code == 302, name
        changed = stored(row)

        refused = client.post(path, mine)
        kept = stored(row)
        seen = refused.context["form"]["seen"].value()
        again = client.post(path, mine | {"seen": seen})

        assert STALE in refused.content.decode(), name
        assert f'value="{seen}"' in refused.content.decode(), name
        assert (before != changed, kept == changed) == (True, True), name
        assert (again.status_code, stored(row)) == (302, before), name


def test_a_file_that_was_sent_with_a_stale_form_is_asked_for_again(people, browse):
    client = browse(people.administrator)
    drawn = get_test_image_file(colour="blue").file.getvalue()
    for name, (view, row, _changes) in files().items():
        path = reverse(view, args=[row.pk])
        content, kind = (drawn, "png") if name == "picture" else (b"other words", "txt")
        mine = {key: values[0] for key, values in sent(client, path).items()}
        type(row).objects.filter(pk=row.pk).update(title="Theirs")

        refused = client.post(path, mine | {"file": SimpleUploadedFile(f"new.{kind}", content)})

        assert refused.context["form"].errors["file"] == [str(NOT_KEPT)], name
        assert STALE in refused.content.decode(), name
        # What Wagtail says where the file of a row is missing.
        assert "could not be found" not in refused.content.decode(), name
        assert type(row).objects.get(pk=row.pk).file.name == row.file.name, name
