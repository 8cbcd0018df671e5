"""Why people sign: how signers agree that a comment is shown, and where it is shown."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import caching
from campaigns.models import Petition, Signature
from campaigns.moderation import comments
from campaigns.privacy import erasing, retention
from campaigns.signatures import public_comments
from campaigns.signing import assisting, signing, withdrawing
from tests.factories import days_ago, make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

WORDS = "My children swim here."


@pytest.fixture
def petition() -> Petition:
    return make_petition(comment_field="optional", shows_comments=True)


def sign(petition: Petition, **given: Any) -> Signature:
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "version": petition.version.pk}
    signing.sign(petition, **values | {"comment": WORDS, "is_comment_shown": True} | given)
    return Signature.objects.get(tally=petition.tally, email=values["email"])


def offered(signature: Signature) -> tuple[str | None, str | None]:
    signature.refresh_from_db()
    return signature.comment_as, signature.comment_state


def agree(petition: Petition, number: int = 1, **fields: Any) -> Signature:
    """A confirmed signer who agreed that the comment is shown."""
    values = {"name": "Ada Lovelace", "comment": f"Reason {number}", "comment_as": "Ada"}
    email = f"a{number}@example.org"
    return make_signature(petition, email=email, **values | {"comment_state": "waiting"} | fields)


def approve(*signatures: Signature, state: str = "shown") -> None:
    wordings = {each.pk: comments.wording(each) for each in signatures}
    comments.decide(Signature.objects.all(), wordings, state=state, by=None)


def shown(petition: Petition) -> list[str]:
    """The comments on the page, as of now."""
    caching.clear()
    return [each.text for each in public_comments.comments(Petition.objects.get(pk=petition.pk))]


def test_only_who_agrees_offers_a_comment(petition):
    assert offered(sign(petition, is_comment_shown=False)) == (None, None)
    assert offered(sign(petition)) == ("Ada", "waiting")
    assert offered(sign(petition, name="Ada.b.c")) == ("", "waiting")
    assert offered(sign(petition, name="Mrs Jane Doe")) == ("", "waiting")
    assert offered(sign(petition, name="王小明")) == ("王○", "waiting")
    assert offered(sign(petition, comment="")) == (None, None)


def test_the_box_is_there_where_comments_are_shown_and_never_ticked(client, petition):
    page = client.get(petition.url_path()).content.decode()
    private = make_petition(title="Library", comment_field="optional")
    unasked = make_petition(title="Bees", shows_comments=True)

    (box,) = [part for part in page.split("<input") if 'name="is_comment_shown"' in part]
    assert "checked" not in box.partition(">")[0]
    for other in (private, unasked):
        assert "is_comment_shown" not in client.get(other.url_path()).content.decode()
    assert "Show my comment to everybody" in petition.version.parts["comment_shown_label"]
    assert private.version.parts["comment_shown_label"] == ""


def test_the_box_stands_right_after_the_comment_wherever_that_stands(client, petition):
    for ask in ("optional", "required"):
        Petition.objects.update(comment_field=ask)
        caching.clear()
        page = client.get(petition.url_path()).content.decode()
        names = [part.split('"')[0] for part in page.split('name="')[1:]]

        assert names[names.index("comment") + 1] == "is_comment_shown"


def test_a_form_signs_with_a_comment_to_show_and_the_signer_reads_it_before_confirming(
    client, petition
):
    data = {"name": "Ada Lovelace", "email": "ada@example.org", "consent": "on"}
    data |= {"version": petition.version.pk, "comment": WORDS, "is_comment_shown": "on"}
    client.post(petition.url_path("sign"), data)
    signature = Signature.objects.get()

    page = client.get(f"/signatures/confirm/{signature.token('confirm')}/").content.decode()

    assert offered(signature) == ("Ada", "waiting")
    assert "You agreed that your comment may be shown" in page
    assert "The name beside it is \u2068Ada\u2069." in page


def test_the_page_shows_what_was_approved_and_nothing_else(client, petition):
    make_campaign(petition)
    approve(agree(petition, 1, comment="نهرنا", language="ar"))
    agree(petition, 2, comment="waiting words")
    approve(agree(petition, 3, comment="hidden words"), state="hidden")
    make_signature(petition, comment="private words")
    caching.clear()

    for address in (petition.url_path(), "/campaigns/keep-the-river-free/"):
        page = client.get(address).content.decode()

        assert "Why people sign" in page
        assert '<blockquote lang="" dir="auto" class="foreign"><p>نهرنا</p></blockquote>' in page
        assert '<bdi class="">Ada</bdi>' in page
        for words in ("waiting words", "hidden words", "private words", "Lovelace"):
            assert words not in page


def test_what_people_write_is_no_mark_up(client, petition):
    approve(agree(petition, comment="<b>now</b> https://example.org"))
    caching.clear()

    page = client.get(petition.url_path()).content.decode()

    assert "<p>&lt;b&gt;now&lt;/b&gt; https://example.org</p>" in page


def test_the_five_newest_are_shown(petition):
    approve(*[agree(petition, number) for number in range(7)])

    assert shown(petition) == [f"Reason {number}" for number in (6, 5, 4, 3, 2)]


def test_a_frame_shows_none_and_neither_does_a_petition_that_shows_none(client, petition):
    approve(agree(petition))
    Petition.objects.update(embed_sites="https://www.example.org")
    caching.clear()

    assert "Reason 1" in client.get(petition.url_path()).content.decode()
    assert "Reason 1" not in client.get(petition.url_path(framed=True)).content.decode()
    Petition.objects.update(shows_comments=False)
    assert shown(petition) == []


@pytest.mark.parametrize("number", [1, 3])
def test_it_takes_one_query_and_none_where_it_is_off(client, petition, number):
    approve(*[agree(petition, each) for each in range(number)])
    queries = []
    for is_on in (True, False):
        Petition.objects.update(shows_comments=is_on)
        caching.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(petition.url_path())
        queries.append(len(captured))

    assert queries[0] - queries[1] == 1


# --- how a comment disappears ---


def test_withdrawing_erasing_and_invalidating_remove_it(petition):
    signatures = [agree(petition, number) for number in (1, 2, 3)]
    approve(*signatures)
    withdrawing.withdraw(signatures[0].token("withdraw"))
    erasing.erase("a2@example.org")
    assert shown(petition) == ["Reason 3"]

    Signature.objects.filter(pk=signatures[2].pk).update(moderation="invalidated")
    assert shown(petition) == []


def test_anonymising_removes_it_and_what_was_decided(petition):
    signature = agree(petition, signed_at=days_ago(200))
    approve(signature)
    assert shown(petition) == ["Reason 1"]
    Petition.objects.update(closes_at=days_ago(91), opens_at=days_ago(300))

    retention.run()

    anonymous = Signature.objects.get()
    assert (anonymous.comment, anonymous.comment_as, anonymous.comment_state) == (None,) * 3
    assert anonymous.decided_comments.count() == 0
    assert shown(petition) == []


@pytest.mark.parametrize(
    "changes", [{"comment": "Other words"}, {"name": "Bella Lovelace"}, {"comment": ""}, {}]
)
def test_a_comment_that_its_signer_changes_waits_again(petition, changes):
    signature = agree(petition)
    approve(signature)

    given = {"name": "Ada Lovelace", "comment": "Reason 1"} | changes
    signing.correct(signature.token("manage"), **given)

    if changes:
        assert shown(petition) == []
        state = "waiting" if given["comment"] else None
        assert offered(signature)[1] == state
        assert signature.decided_comments.get().is_outdated
    else:
        assert shown(petition) == ["Reason 1"]


def test_a_signer_takes_the_consent_back_on_their_own_page(client, petition):
    signature = agree(petition)
    approve(signature)
    address = f"/signatures/manage/{signature.token('manage')}/"
    Petition.objects.update(shows_comments=False)

    before = client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace", "comment": "Reason 1"})
    Petition.objects.update(shows_comments=True)

    assert "Our team has approved it: it may be shown on the petition’s page." in before
    assert offered(signature) == (None, None)
    assert shown(petition) == []


def test_what_is_not_sent_stays_as_it_is(client, petition):
    signature = agree(petition)
    approve(signature)

    client.post(f"/signatures/manage/{signature.token('manage')}/", {"name": "Ada Lovelace"})

    assert offered(signature) == ("Ada", "shown")


def test_a_name_that_staff_correct_waits_too(petition):
    signature = agree(petition)
    approve(signature)

    assisting.correct_name(signature, name="Bella Lovelace")

    assert offered(signature) == ("Bella", "waiting")


def test_a_name_that_does_not_look_like_one_is_not_shown(client, petition):
    approve(agree(petition, comment_as=""))
    caching.clear()

    page = client.get(petition.url_path()).content.decode()

    assert "<figcaption>Somebody who signed</figcaption>" in page
    assert "Lovelace" not in page


def test_half_a_name_is_none():
    names = ["عبد الله خليل", "أم كلثوم", "Abdul Rahman", "Amina Abd Allah"]

    assert [public_comments.first_name(name) for name in names] == ["", "", "", "Amina"]


def test_nothing_tells_in_which_language_its_signer_signed(client, petition):
    approve(agree(petition, 1, language="ar"), agree(petition, 2, language="en"))
    caching.clear()

    page = client.get(petition.url_path()).content.decode()

    assert page.count('<blockquote lang="" dir="auto" class="">') == 2


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "has not decided yet"),
        ("shown", "has approved it"),
        ("hidden", "not to show it"),
    ],
)
def test_a_signer_reads_what_was_decided(client, petition, state, words):
    signature = agree(petition)
    if state != "waiting":
        approve(signature, state=state)

    page = client.get(f"/signatures/manage/{signature.token('manage')}/").content.decode()

    assert words in page
    assert "The name beside it is" in page
