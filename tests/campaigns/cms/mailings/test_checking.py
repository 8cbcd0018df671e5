"""What is wrong with a mailing is said before anybody can approve it."""

import re
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Collection, Page
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import rich_text, streamfield
from wagtail.users.models import UserProfile

from campaigns.mailings import composing
from campaigns.mailings.mailing import Mailing, State
from campaigns.mailings.mailing_actions import submit
from tests.campaigns.cms.mailings.test_mailings import STORY, page_of, press, typed
from tests.campaigns.test_dates import another_zone
from tests.factories import day, days_ago, make_article, make_image, make_mailing, make_petition

pytestmark = pytest.mark.django_db


def test_a_placeholder_that_every_reader_would_see_is_refused(browse, people):
    river = make_petition()
    raw = {
        "subject": "News of {petition}",
        "preheader": "Dear {Name}",
        "body": streamfield([("text", rich_text("<p>Dear { name }!</p>", features=STORY))]),
        "fallback": "{friend}",
    }
    add = reverse("mailings:add")

    errors = browse(people.manager).post(add, typed(river, **raw)).context["form"].errors
    assert errors.keys() == raw.keys()
    for name, (error, *_others) in errors.items():
        text = " in this text. Please" if name == "fallback" else ". In the text of a mailing, only"
        assert f"is not replaced with anything{text}" in str(error), name

    assert not Mailing.objects.exists()
    mailing = make_mailing(river, body=[("text", RichText("<p>The {river}</p>"))])
    assert "{river} is not replaced" in press(browse(people.manager), mailing, "submit")
    mailing = make_mailing(river, subject="Hello {name}")  # the heading of an update
    assert "The subject is the same for everybody" in press(
        browse(people.manager), mailing, "submit"
    )
    mailing = make_mailing(river, fallback="{name}")
    assert "{name} is not replaced with" in press(browse(people.manager), mailing, "submit")


def test_a_word_in_place_of_a_missing_name_is_asked_for_only_where_the_name_stands(browse, people):
    river, asked = make_petition(), "The text has {name}: please say what takes its place"
    raw = streamfield([("text", rich_text("<p>Dear friends!</p>", features=STORY))])
    add, manager = reverse("mailings:add"), browse(people.manager)

    refused = manager.post(add, typed(river, fallback=""))
    in_preheader = manager.post(add, typed(river, fallback="", body=raw, preheader="For {name}"))
    assert not Mailing.objects.exists()
    manager.post(add, typed(river, fallback="", body=raw))
    without = press(manager, Mailing.objects.get(), "submit")
    submitted = press(manager, make_mailing(river, fallback=""), "submit")

    for answer in (refused, in_preheader):
        assert asked in str(answer.context["form"].errors["fallback"])
    assert asked in submitted
    assert asked not in without


def test_no_address_of_a_link_tells_another_site_who_reads_it(browse, people):
    river, place = make_petition(), "https://elsewhere.example/?who={name}&me={manage_url}"
    link = RichText(f'<p><a href="{place.replace("&", "&amp;")}">our survey</a></p>')
    button = {"text": "", "label": "Answer", "page": None, "url": place}
    quote = {"text": "We won.", "attribution": "Ada", "role": "", "source_url": place}
    written = RichText("<p>Read on: https://elsewhere.example/?who={name}, or do not.</p>")
    bodies = [[("text", link)], [("call_to_action", button)], [("quote", quote)]]
    bodies.append([("text", written)])
    raw = [("call_to_action", {**button, "text": "", "page": "", "is_quiet": ""})]
    manager = browse(people.manager)

    typed_in = manager.post(reverse("mailings:add"), typed(river, body=streamfield(raw)))
    is_refused = not Mailing.objects.exists()
    found = [press(manager, make_mailing(river, body=body), "submit") for body in bodies]

    assert is_refused
    for said in (typed_in.content.decode(), *found):
        assert "is the same for everybody: please remove {name}." in said
    assert not Mailing.objects.exclude(state=State.DRAFT).exists()


def test_times_that_nobody_can_mean_are_refused(browse, people):
    river = make_petition(collection=Collection.objects.get(name="River"))
    # The day is one of the site, as for whom the mailing reaches.
    UserProfile.objects.create(user=people.river_manager, current_time_zone=another_zone())
    client = browse(people.river_manager)

    today, tomorrow = (
        client.post(
            reverse("mailings:add"),
            typed(river, send_at="2020-01-01 10:00", signed_since=str(each)),
        ).content.decode()
        for each in (day(), day(1))
    )

    assert "This time is in the past." in today
    assert "This day is in the future." not in today
    assert "This day is in the future." in tomorrow
    assert not Mailing.objects.exists()


def test_what_is_late_is_not_submitted_and_its_approver_reads_that_it_leaves_at_once(
    browse, people
):
    mailing = make_mailing(make_petition(), send_at=days_ago(-1))
    manager = browse(people.manager)
    press(manager, mailing, "submit")
    in_time = manager.get(page_of(mailing)).content.decode()
    press(manager, mailing, "take_back")
    Mailing.objects.update(send_at=days_ago(1))

    refused = press(manager, mailing, "submit")
    mailing.refresh_from_db()
    state = mailing.state
    Mailing.objects.update(state=State.WAITING, submitted_at=days_ago(2))
    late = manager.get(page_of(mailing)).content.decode()

    assert "The time at which this mailing is to be sent has passed." in refused
    assert state == State.DRAFT
    assert "once it is approved, it is sent at once" in late
    assert "it is sent at once" not in in_time


def test_links_that_lead_nowhere_are_named_and_those_to_deleted_pages_not_submitted(browse, people):
    page, draft, russian = make_article(), make_article(live=False), make_article(slug="снег")
    file = ContentFile(b"%PDF", name="report.pdf")
    document = get_document_model().objects.create(title="Report", file=file)
    button = {"text": "", "label": "Read more", "page": page, "url": ""}
    words = f'<a linktype="page" id="{page.pk}">our story</a> <a id="{draft.pk}" linktype="page">'
    words += f'<b>news</b></a> <a linktype="document" id="{document.pk}">our report</a>'
    Redirect.add_redirect(f"{page.get_parent().url}renamed/", page)
    at = settings.BASE_URL + page.get_parent().url
    drafted, lost = f"{at}{draft.slug}/", f"{at}{page.slug}/updates/12345678/"
    found = (page.canonical_url, f"{at}renamed/", f"{settings.BASE_URL}/petitions/river/")
    urls = (
        drafted,
        lost,
        russian.canonical_url,
        *found,
        drafted.replace(settings.BASE_URL, "https://example.org"),
    )
    words += f' <a href="{drafted}">soon</a>'
    body = [("text", RichText(f"<p>{words}</p>")), ("call_to_action", button)]
    body += [("call_to_action", button | {"label": url, "page": None, "url": url}) for url in urls]
    mailing = make_mailing(make_petition(), body=body)
    manager = browse(people.manager)

    before = manager.get(page_of(mailing)).content.decode()
    page.delete()
    document.delete()
    after = manager.get(page_of(mailing)).content.decode()
    # A page that is published before the mailing leaves is none of them.
    draft.save_revision(approved_go_live_at=days_ago(-1))
    published = list[bool]()
    for send_at in (None, days_ago(-0.5), days_ago(-3)):
        Mailing.objects.filter(pk=mailing.pk).update(send_at=send_at)
        published.append("“news” leads" not in manager.get(page_of(mailing)).content.decode())
    refused = press(manager, mailing, "submit")
    mailing.refresh_from_db()

    assert "has been deleted" not in before
    for said in (before, after):
        assert "“news” leads to a page that is not published" in said
    unread = re.findall("“([^”]*)” leads to a page that is not published", before)
    assert unread == ["news", "soon", drafted, lost]
    assert published == [False, False, True]
    for link in ("our story", "Read more"):
        assert f"“{link}” leads to a page that has been deleted." in after
    assert "“our report” leads to a document that has been deleted." in after
    assert "has been submitted" not in refused
    assert mailing.is_draft


def test_without_one_of_its_pictures_a_mailing_is_shown_but_not_submitted(browse, people):
    of_file = "The file of the picture “The weir” cannot be read."
    for sentence in (of_file, "Picture 2 of this mailing has been deleted."):
        image = make_image(title="The weir")
        body = [("image", {"image": each, "caption": "At noon"}) for each in (make_image(), image)]
        mailing = make_mailing(make_petition(slug=f"{image.pk}"), body=body)
        manager = browse(people.manager)

        before = manager.get(page_of(mailing)).content.decode()
        image.renditions.all().delete()
        gone = sentence == of_file
        image.file.storage.delete(image.file.name) if gone else image.delete()
        after = manager.get(page_of(mailing)).content.decode()
        framed = manager.get(reverse("mailing_frame", args=[mailing.pk]))
        refused = press(manager, mailing, "submit")
        mailing.refresh_from_db()

        assert "Please choose another" not in before
        assert (after.count("Please choose another"), sentence in after) == (1, True)
        assert sentence in refused
        assert framed.status_code == 200
        assert mailing.is_draft


def test_writers_read_where_answers_go(browse, people):
    mailing = make_mailing(make_petition())

    form = browse(people.manager).get(reverse("mailings:edit", args=[mailing.pk]))
    mail = composing.sample(mailing, name="", email="a@example.org").message()

    assert f"Answers go to {parseaddr(mail['From'])[1]}." in form.content.decode()
    assert "Reply-To" not in mail


def test_whoever_takes_down_a_page_reads_which_mailings_lead_to_it(browse, people):
    page = make_article(slug="weir")
    petition = make_petition()
    link = f'<p><a linktype="page" id="{page.pk}">our story</a></p>'
    update = f'<p><a href="{page.canonical_url}updates/7/">the update</a></p>'
    other = f'<p><a href="{make_article(slug="weirs").canonical_url}">another</a></p>'
    for words, subject, state in (
        (link, "Due", State.APPROVED),
        (update, "Leaving", State.SENDING),
        (link, "Written", State.DRAFT),
        (link, "Gone", State.SENT),
        (other, "Elsewhere", State.APPROVED),
    ):
        mailing = make_mailing(petition, subject=subject, body=[("text", RichText(words))])
        if state != State.DRAFT:
            submit(mailing, seen=mailing.stamp)
            ended = days_ago(0) if state == State.SENT else None
            values = {"approved_at": days_ago(1), "addressed": 1, "began_at": days_ago(1)}
            Mailing.objects.filter(pk=mailing.pk).update(state=state, ended_at=ended, **values)
    named = re.compile("link to what you are taking down: (.*?)[.] Anybody who may send them")
    screens = [
        reverse(f"wagtailadmin_pages:{verb}", args=[page.pk]) for verb in ("delete", "unpublish")
    ]
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])

    def read(answer):
        return named.findall(" ".join(answer.content.decode().split()))

    def shown(answer):
        return [re.findall("<bdi>(.*?)</bdi>", said) for said in read(answer)]

    # One that is sent after the page ends says so.
    soon, after = "is to be unpublished before this mailing is sent", days_ago(-3)
    page_ends = Page.objects.filter(pk=page.pk).update
    draft = Mailing.objects.get(subject="Written")
    told = []
    for send_at, expire_at in ((None, days_ago(-1)), (after, None), (after, days_ago(-1))):
        Mailing.objects.filter(pk=draft.pk).update(send_at=send_at)
        page_ends(expire_at=expire_at)
        told.append(soon in browse(people.manager).get(page_of(draft)).content.decode())
    assert told == [False, False, True]
    page_ends(expire_at=None)

    client = browse(people.administrator)
    assert [shown(client.get(url)) for url in screens] == [[["Due", "Leaving"]]] * 2
    hidden = read(browse(people.moderator).get(screens[0]))
    assert hidden == ["at least one that you may not see"]
    profile = UserProfile.get_for_user(people.administrator)
    profile.preferred_language = "ar"
    profile.save()
    in_arabic = browse(people.administrator).get(screens[0]).content.decode()
    assert ">«<bdi>Due</bdi>»</a>، <a " in in_arabic
    profile.delete()
    assert shown(client.post(f"{many}?id={page.get_parent().pk}&next=/admin/", follow=True)) == []
    assert shown(client.post(f"{many}?id={page.pk}&next=/admin/", follow=True)) == [
        ["Due", "Leaving"]
    ]
    # Its own page says so, also while it is being sent.
    leaving = Mailing.objects.get(subject="Leaving")
    assert "“the update” leads to a page that is not published" in (
        browse(people.manager).get(page_of(leaving)).content.decode()
    )
