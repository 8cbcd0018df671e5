"""“New campaign”: the picture and its texts, the topics and the contact."""

from uuid import uuid4

from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, Locale

from campaigns.models import CampaignPage, CustomImage, DefaultTexts, Topic
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.new_campaign.conftest import BEGIN, iptc
from tests.factories import make_campaign, make_contact, make_topic


def confine_pictures(user, *collections):
    """Let the user add pictures to these collections only."""
    group = user.groups.get()
    add = Permission.objects.get(content_type__app_label="wagtailimages", codename="add_image")
    GroupCollectionPermission.objects.filter(group=group, permission=add).delete()
    for collection in collections:
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=add)


def test_the_form_of_the_page_tells_the_words_of_its_picture(client, answers):
    file = SimpleUploadedFile("square.jpg", iptc(), "image/jpeg")
    words = {"description": "A line of <b>men</b>.", "credit": ""}
    words |= {"contact": make_contact().pk, "target": ""}

    opened = client.post(BEGIN, {**answers, **words, "picture": file}, follow=True)

    text = "Description: A line of &lt;b&gt;men&lt;/b&gt;. Credit: none. Both belong to the picture"
    assert text in opened.content.decode()


def test_readers_see_the_caption_and_screen_readers_say_the_description(client, answers):
    file = SimpleUploadedFile("square.jpg", iptc(), "image/jpeg")
    words = {"caption": "Police in snow.", "description": "A line of men.", "credit": "© A. B."}

    opened = client.post(BEGIN, {**answers, **words, "picture": file})

    assert opened.status_code == 302
    assert "Read from the picture" not in said(client)  # the editor typed all texts
    page = CampaignPage.objects.get(title=answers["title"])
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content
    shown = BeautifulSoup(draft, "html.parser")
    assert shown.select_one("figure img")["alt"] == "A line of men."
    assert shown.select_one(".head .credit").get_text() == "© A. B."
    assert shown.select_one(".head-caption").get_text() == "In the picture: Police in snow."
    assert "A line of men." not in shown.get_text()
    text = shown.main.get_text()
    assert text.index(answers["ask"]) < text.index("Be the first")


def test_the_caption_is_read_from_the_file_unless_it_is_typed(client, answers):
    for typed, caption in (("", "A line of police."), ("In Kazan.", "In Kazan.")):
        file = SimpleUploadedFile("a.jpg", iptc(((2, 120), "A line of police.")), "image/jpeg")
        sent = {**answers, "title": caption, "key": uuid4(), "picture": file, "caption": typed}

        client.post(BEGIN, sent)

        assert CampaignPage.objects.get(title=caption).caption == caption
        assert "Read from the picture" in said(client)
        client.cookies.pop("messages")  # as the page does that shows them


def test_what_a_picture_lacks_is_said_and_it_is_named_by_its_description(client, answers):
    files = [SimpleUploadedFile("DSC_1.jpg", iptc(), "image/jpeg") for _picture in range(2)]

    client.post(BEGIN, {**answers, "picture": files[0]})
    bare = said(client)
    client.post(BEGIN, {**answers, "key": uuid4(), "picture": files[1], "description": "A dam."})

    assert (
        "Missing both in the form and in the picture’s file: Caption, Description, Credit." in bare
    )
    assert {*CustomImage.objects.values_list("title", flat=True)} == {answers["title"], "A dam."}


def test_topics_are_chosen_where_there_are_some(client, answers):
    asked = BeautifulSoup(client.get(BEGIN).content, "html.parser")
    rivers, forests = make_topic("Rivers"), make_topic("Forests")
    template = make_campaign(title="Old", is_template=True, topics=[forests])
    answers = {**answers, "template": template.pk}
    key = uuid4()

    client.post(BEGIN, {**answers, "topics": [rivers.pk]})
    client.post(BEGIN, {**answers, "title": "As the template", "key": key})

    assert not asked.select("[name=topics]")
    topics = {
        title: [*CampaignPage.objects.get(title=title).get_latest_revision_as_object().topics.all()]
        for title in (answers["title"], "As the template")
    }
    assert topics == {answers["title"]: [rivers], "As the template": [forests]}
    assert Topic.objects.count() == 2


def test_topics_are_offered_once_and_kept_in_the_language_of_the_list(client, answers, parent):
    rivers = make_topic("Rivers")
    french = make_topic("Rivières", locale="fr", translation_key=rivers.translation_key)
    copy = parent.copy_for_translation(french.locale, copy_parents=True)
    copy.save_revision().publish()

    asked = BeautifulSoup(client.get(BEGIN).content, "html.parser")
    client.post(BEGIN, {**answers, "parent": copy.pk, "topics": [rivers.pk]})

    assert [box["value"] for box in asked.select("[name=topics]")] == [str(rivers.pk)]
    page = CampaignPage.objects.get(title=answers["title"])
    assert [*page.get_latest_revision_as_object().topics.all()] == [french]


def test_a_contact_fills_in_what_is_not_typed(client, answers):
    contact = make_contact("Ann Lee", role="Mayor")

    for number, (typed, target, salutation) in enumerate(
        (
            ({"target": "", "office": ""}, ("Ann Lee", "Mayor"), "Dear Ann Lee,"),
            ({"target": "The Mayor", "office": ""}, ("The Mayor", "Mayor"), "Dear The Mayor,"),
            ({"target": "", "office": "Head"}, ("Ann Lee", "Head"), "Dear Ann Lee,"),
        )
    ):
        title = f"Campaign {number}"
        own = {"title": title, "key": uuid4(), "letter": "", "contact": contact.pk}
        client.post(BEGIN, {**answers, **typed, **own})

        page = CampaignPage.objects.get(title=title)
        petition = page.petition.get_latest_revision_as_object()
        [block] = petition.targets
        assert (block.value["name"], block.value["role"]) == target, typed
        assert block.value["contact"] == contact.pk, typed
        assert petition.salutation == salutation, typed


def test_a_template_in_another_language_than_the_list_is_refused(client, answers, parent):
    french = Locale.objects.create(language_code="fr")
    liste = parent.copy_for_translation(french, copy_parents=True)
    liste.save_revision().publish()
    template = make_campaign(title="Old", is_template=True)

    refused = client.post(BEGIN, {**answers, "parent": liste.pk, "template": template.pk})
    before = CampaignPage.objects.filter(title=answers["title"]).count()
    made = client.post(BEGIN, {**answers, "template": template.pk})

    assert (refused.status_code, before, made.status_code) == (422, 0, 302)
    page = BeautifulSoup(refused.content, "html.parser")
    assert "This template is in a different language from the list of campaigns." in page.get_text()
    assert [link["href"] for link in page.select("[role=alert] a")] == ["#id_template"]


def test_a_new_petition_begins_with_the_consent_of_its_language(client, answers, parent):
    french = Locale.objects.create(language_code="fr")
    DefaultTexts.objects.create(locale=french, consent="Je suis d’accord.")
    liste = parent.copy_for_translation(french, copy_parents=True)
    liste.save_revision().publish()
    add = reverse("wagtailsnippets_campaigns_petition:add")

    client.post(BEGIN, {**answers, "parent": liste.pk})
    alone = client.get(add, {"locale": "fr"}).context["form"]
    page = client.get(
        reverse("wagtailadmin_pages:add", args=["campaigns", "campaignpage", liste.pk])
    )

    made = CampaignPage.objects.get(title=answers["title"]).petition.get_latest_revision_as_object()
    begun = [made.consent, alone["consent"].value(), page.context["form"].letter["consent"].value()]
    assert begun == ["Je suis d’accord."] * 3


def test_the_picture_goes_to_the_chosen_collection_where_its_user_may_add_some(
    client, answers, people, teams
):
    confine_pictures(people.editor, teams.forest, teams.river)
    files = [SimpleUploadedFile(f"{n}.jpg", iptc(), "image/jpeg") for n in range(2)]
    key = uuid4()
    client.post(BEGIN, {**answers, "collection": teams.river.pk, "picture": files[0]})
    client.post(BEGIN, {**answers, "title": "Elsewhere", "key": key, "picture": files[1]})

    assert dict(CustomImage.objects.values_list("title", "collection__name")) == {
        answers["title"]: "River",
        "Elsewhere": "Forest",
    }
