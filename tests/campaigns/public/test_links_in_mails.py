"""The links in emails: they ask on GET, act on POST, and reveal nothing without a valid token."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale

from campaigns.counting import counting
from campaigns.models import Petition, Signature
from campaigns.signatures import tokens
from campaigns.signing import signing
from tests.factories import make_home, make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def link(purpose: str, signature: Signature) -> str:
    return f"/signatures/{purpose}/{signature.token(purpose)}/"


def test_looking_at_the_link_changes_nothing_and_shows_the_name(client):
    signature = make_signature(make_petition(), confirmed_at=None)

    for method in (client.get, client.head, client.get):
        assert method(link("confirm", signature)).status_code == 200
    for name in ("confirm", "manage", "withdraw"):
        answers = [method(link(name, signature)) for method in (client.options, client.put)]
        assert [answer.status_code for answer in answers] == [405, 405]

    assert "Ada Lovelace" in client.get(link("confirm", signature)).content.decode()
    signature.refresh_from_db()
    assert signature.confirmed_at is None


def test_a_page_behind_a_link_names_the_language_of_its_signer(client):
    russian = make_translation(make_petition(), "ru")
    signature = make_signature(russian, language="ru", confirmed_at=None)

    pages = {name: client.get(link(name, signature)) for name in ("confirm", "manage", "withdraw")}
    elsewhere = client.get("/signatures/unsubscribe/unreadable/")

    for page in pages.values():
        assert '<html lang="ru"' in page.content.decode()
    assert {page["Content-Language"] for page in pages.values()} == {"ru"}
    assert elsewhere["Content-Language"] == "en"


def test_confirming_counts_and_thanks_again_and_again(client):
    petition = make_petition()
    signature = make_signature(petition, confirmed_at=None)

    answers = [client.post(link("confirm", signature)) for _ in range(2)]
    later = client.get(link("confirm", signature))

    thanks = petition.url_path("thanks")
    assert {(a.status_code, a["Location"].startswith(f"{thanks}n1-0.")) for a in answers} == {
        (303, True)
    }
    assert (later.status_code, later["Location"]) == (303, thanks)
    counting.recount()
    assert client.get(petition.url_path("count")).json() == {
        "count": 1,
        "goal": None,
        "state": "open",
    }


def test_an_origin_that_says_nothing_can_still_confirm(client):
    """A page with no-referrer posts `Origin: null`."""
    signature = make_signature(make_petition(), confirmed_at=None)

    response = client.post(link("confirm", signature), headers={"Origin": "null"})

    assert response.status_code == 303


def test_withdrawing_asks_then_removes_then_says_that_it_is_gone(client):
    signature = make_signature(make_petition())
    address = link("withdraw", signature)

    statuses = [client.get(address).status_code, client.head(address).status_code]
    assert Signature.objects.exists()
    statuses.append(client.post(address).status_code)
    gone = [client.post(address), client.get(address)]

    assert statuses == [200, 200, 200]
    assert not Signature.objects.exists()
    assert {answer.status_code for answer in gone} == {410}
    for answer in gone:
        assert "Your name and your email address are no longer stored" in answer.content.decode()


def test_who_withdraws_one_of_two_signatures_reads_that_the_other_stays(client):
    river = make_signature(make_petition())
    forest = make_signature(make_petition(title="Spare the forest"))

    pages = [act(link("withdraw", forest)).content.decode() for act in (client.get, client.post)]

    for said in ("Spare the forest", "Your other signatures on this site stay."):
        assert [said in page for page in pages] == [True, True]
    assert Signature.objects.get().email == river.email


def test_who_has_not_confirmed_is_not_told_that_the_count_falls(client):
    petition = make_petition()
    pending = make_signature(petition, confirmed_at=None)
    confirmed = make_signature(petition, email="grace@example.org")

    told = {
        signature.email: client.get(link("withdraw", signature)).content.decode()
        for signature in (pending, confirmed)
    }

    assert "the count will fall by one" in told["grace@example.org"]
    assert "so the count stays as it is" in told["ada@example.org"]
    assert "the count will fall" not in told["ada@example.org"]


def test_cut_foreign_and_erased_links_get_one_kind_page(client):
    signature = make_signature(make_petition(), confirmed_at=None)
    good = tokens.make("confirm", signature.pk)
    erased = make_signature(signature.petition, email="b@example.org")
    gone = tokens.make("confirm", erased.pk)
    erased.delete()

    answers = [
        client.get(f"/signatures/confirm/{token}/")
        for token in (good[:-3], tokens.make("withdraw", signature.pk), gone, "x")
    ]

    assert {(a.status_code, a.content) for a in answers} == {(400, answers[0].content)}


def test_a_bad_link_is_answered_in_the_language_of_the_browser(client):
    home = make_home()
    for code in ("ar", "ru"):
        locale, _ = Locale.objects.get_or_create(language_code=code)
        copy = home.copy_for_translation(locale)
        copy.live = code == "ar"
        copy.save()
    signature = make_signature(make_petition())
    gone = link("withdraw", signature)
    signature.delete()
    paths = [f"/signatures/{name}/x/" for name in ("confirm", "manage", "unsubscribe", "message")]

    pages = [
        client.get(path, headers={"Accept-Language": code}).content.decode()
        for code in ("ar", "ru")
        for path in (*paths, "/drafts/x/", gone)
    ]

    for arabic, russian in zip(pages[:6], pages[6:], strict=True):
        assert '<html lang="ar" dir="rtl"' in arabic
        assert 'href="/ar/">إلى الصفحة الرئيسية' in arabic
        # The browser may be somebody else's.
        assert '<a href="/" lang="en"' in arabic
        # The site has no Russian home page to which a Russian page could lead.
        assert '<html lang="en"' in russian


def test_confirming_long_after_closing_is_too_late_and_says_so(client):
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    Petition.objects.update(closes_at=timezone.now() - 2 * DAY)

    here = link("confirm", Signature.objects.get())
    answers = [client.get(here), client.post(here)]

    for answer in answers:
        assert answer.status_code == 410
        assert "stopped taking signatures before you confirmed yours" in answer.content.decode()


def test_the_links_speak_the_signers_language(client):
    petition = make_petition(locale="ar", title="أنقذوا النهر")
    signature = make_signature(petition, confirmed_at=None)

    text = client.get(link("confirm", signature)).content.decode()

    assert '<html lang="ar" dir="rtl"' in text
