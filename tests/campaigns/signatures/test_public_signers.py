"""Who is named on the page: those who agreed, shortened, several at a time, and nobody else."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from campaigns.counting import counting
from campaigns.models import Petition, Signature
from campaigns.moderation import moderating
from campaigns.privacy import people, retention
from campaigns.signatures import public_signers, tokens
from campaigns.signing import signing
from campaigns.templatetags.petitions import named
from tests.factories import days_ago, make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


def shown(petition: Petition) -> list[str]:
    """The names on its page, as of now."""
    return [name for name, _ in public_signers.signers(Petition.objects.get(pk=petition.pk))]


def agree(petition: Petition, *names: str, **fields: Any) -> list[Signature]:
    """Confirmed signers who agreed to be read."""
    return [
        make_signature(
            petition,
            name=name,
            email=f"{name.replace(' ', '.')}@example.org",
            shown_as=public_signers.shortened(name),
            **fields,
        )
        for name in names
    ]


ABOUT_TO_BE_SHOWN = ("Ada Byron", "Ben Cole", "Cleo Dahl", "Dina Ek")
FIVE = (*ABOUT_TO_BE_SHOWN, "Eva Frey")
SHORT = ["Ada B.", "Ben C.", "Cleo D.", "Dina E.", "Eva F."]


@pytest.fixture
def petition() -> Petition:
    return make_petition(shows_signers=True)


# --- names ---


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Amina Kamau", "Amina K."),
        ("Amina Wanjiru Kamau", "Amina K."),
        ("  Amina   Kamau ", "Amina K."),
        ("Madonna", "Madonna"),
        ("Jean-Luc O’Brien", "Jean-Luc O."),
        ("Seán Ó Briain", "Seán B."),
        ("Ada B. Lovelace Jr.", "Ada J."),
        ("ada lovelace", "ada l."),
        ("Анна Ахматова", "Анна А."),
        ("محمود درويش", "محمود د."),
        ("می‌خواهم ایرانی", "می‌خواهم ا."),  # U+200C is a letter's own here
        ("אברהם בן־גוריון", ""),  # a maqaf joins: one cannot tell which of the two is the first
        ("अमिता कुमारी", "अमिता कु."),
        ("अमिता क्षीरसागर", "अमिता क."),
        ("สมชาย ใจดี", "สมชาย ใ."),
        ("አበበ ቢቂላ", "አበበ ቢ."),
        ("Nguyễn Văn An", "Nguyễn A."),
        ("山田 太郎", "山田 太."),
        ("王小明", "王○"),
        ("김철수", "김○"),
        ("さくら", "さ○"),
    ],
)
def test_a_name_is_its_first_word_and_the_first_letter_of_its_last(name, short):
    assert public_signers.shortened(name) == short


@pytest.mark.parametrize(
    "name",
    [
        "",
        "123 456",
        "Ada 2",
        "Ada 👩‍👩‍👧‍👦",
        "Ada (CEO) Lovelace",
        "Lovelace, Ada",
        "Dr. Ada Lovelace",
        "J. R. R. Tolkien",
        "=Ada() Lovelace",
        "<b>Ada</b> Lovelace",
        "{{7*7}} Ada",
        "Ada_Lovelace",
        "Vote!!! Now",
        "a" * 25 + " Lovelace",
        "Ż" + "\u0334" * 5 + "algo Text",
        "\u0301Ada Lovelace",
        "- Ada",
    ],
)
def test_of_an_odd_name_nothing_is_shown(name):
    assert public_signers.shortened(name) == ""


def test_what_is_shown_always_fits_its_column():
    longest = "a" + "b" * 23 + " c" + "\u0301" * 4

    assert (
        len(public_signers.shortened(longest)) <= Signature._meta.get_field("shown_as").max_length
    )


# --- who is shown, and when ---


def test_four_wait_and_the_fifth_brings_them_all_in_the_order_of_the_alphabet(petition):
    agree(petition, *reversed(ABOUT_TO_BE_SHOWN))
    four = public_signers.show(), shown(petition)

    agree(petition, "Eva Frey")
    five = public_signers.show(), shown(petition)

    assert four == (0, [])
    assert five == (5, SHORT)


def test_the_next_wait_for_one_another_and_not_for_those_who_are_shown(petition):
    agree(petition, *FIVE)
    public_signers.show()

    agree(petition, "Gus Holm", "Hal Ito", "Ida Jung", "Jo Kern")

    assert (public_signers.show(), shown(petition)) == (0, SHORT)
    agree(petition, "Kim Lee")
    assert (public_signers.show(), len(shown(petition))) == (5, 10)


def test_of_many_the_newest_ten_are_shown(petition):
    agree(petition, *FIVE)
    public_signers.show()
    later = [f"{chr(first)}a Z{chr(first)}" for first in range(ord("b"), ord("b") + 12)]
    agree(petition, *later)
    public_signers.show()

    assert shown(petition) == [f"{name[:2]} Z." for name in later[2:]]


@pytest.mark.parametrize(
    "fields",
    [
        {"shown_as": None},
        {"shown_as": ""},
        {"confirmed_at": None},
        {"moderation": "quarantined"},
        {"moderation": "invalidated"},
    ],
    ids=str,
)
def test_who_has_not_agreed_or_does_not_count_is_not_shown_and_makes_up_no_batch(petition, fields):
    fifth = agree(petition, *FIVE)[-1]
    Signature.objects.filter(pk=fifth.pk).update(**fields)

    assert (public_signers.show(), shown(petition)) == (0, [])


@pytest.mark.parametrize("moderation", ["quarantined", "invalidated"])
def test_who_is_found_to_be_a_fake_is_gone_at_once(petition, admin_user, moderation):
    agree(petition, *FIVE)
    public_signers.show()

    ben = Signature.objects.filter(name="Ben Cole")
    decision = moderating.moderate(ben, moderation=moderation, reason="A fake.", by=admin_user)
    without = shown(petition)
    moderating.undo(decision)

    assert (without, shown(petition)) == ([*SHORT[:1], *SHORT[2:]], SHORT)


def test_who_withdraws_is_gone_at_once(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    signing.withdraw(tokens.make("withdraw", ada.pk))

    assert shown(petition) == SHORT[1:]


def test_who_is_erased_is_gone_at_once(petition):
    agree(petition, *FIVE)
    public_signers.show()

    people.erase("ada.byron@example.org")

    assert shown(petition) == SHORT[1:]


def test_when_the_data_is_emptied_nobody_is_shown_any_more(petition):
    agree(petition, *FIVE)
    public_signers.show()
    Petition.objects.update(opens_at=days_ago(365), closes_at=days_ago(91))

    retention.run()

    assert shown(petition) == []
    assert set(Signature.objects.values_list("shown_as", "shown_at")) == {(None, None)}


def test_who_corrects_anything_waits_for_others_again(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    signing.correct(tokens.make("manage", ada.pk), name="Ada King")

    ada.refresh_from_db()
    assert (shown(petition), ada.shown_as, ada.shown_at) == (SHORT[1:], "Ada K.", None)
    assert public_signers.show() == 0


def test_who_takes_it_back_is_gone_at_once(petition):
    ada, *_ = agree(petition, *FIVE)
    public_signers.show()

    signing.correct(tokens.make("manage", ada.pk), name="Ada Byron", is_shown=False)

    ada.refresh_from_db()
    assert (shown(petition), ada.shown_as, ada.shown_at) == (SHORT[1:], None, None)


def test_a_petition_that_shows_nobody_shows_nobody():
    petition = make_petition()
    agree(petition, *FIVE)
    Signature.objects.update(shown_at=timezone.now())

    assert shown(petition) == []
    Signature.objects.update(shown_at=None)
    assert public_signers.show() == 0


def test_below_the_number_from_which_the_count_is_shown_nobody_is_named(petition):
    agree(petition, *FIVE)
    counting.recount(), public_signers.show()
    Petition.objects.update(count_from=6)

    assert shown(petition) == []


def test_petitions_wait_each_for_its_own(petition):
    other = make_petition(title="Library", shows_signers=True)
    agree(petition, *FIVE[:3])
    agree(other, *FIVE[:4])

    assert public_signers.show() == 0


def test_the_rule_is_the_originals_in_every_language(petition):
    copy = petition.copy_for_translation(make_petition(title="X", locale="fr").locale)
    copy.shows_signers = False
    copy.save()
    agree(petition, *FIVE)
    public_signers.show()

    assert shown(copy) == SHORT


# --- signing ---


def sign(petition: Petition, **given: Any) -> Signature:
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "version": petition.version.pk}
    signing.sign(petition, **values | given)
    return Signature.objects.get(tally=petition.tally, email=values["email"])


def test_only_who_agrees_is_kept_as_shown(petition):
    assert sign(petition).shown_as is None
    assert sign(petition, is_shown=True).shown_as == "Ada L."
    assert sign(petition, is_shown=True, name="123 b").shown_as == ""
    assert sign(petition, is_shown=False).shown_as is None


def test_who_signs_again_after_confirming_changes_nothing(petition):
    signature = sign(petition)
    signing.confirm(tokens.make("confirm", signature.pk))

    assert sign(petition, is_shown=True).shown_as is None


# --- the page ---


def test_the_page_names_them_with_their_country_in_its_own_language(client, petition):
    make_campaign(petition)
    agree(petition, *FIVE, country="KE")
    public_signers.show()
    for address in (petition.url_path(), "/campaigns/keep-the-river-free/"):
        page = client.get(address).content.decode()

        assert "<bdi>Ada B.</bdi>" in page
        assert "Kenya" in page.partition("Recent signers")[2].partition("</ul>")[0]
        assert "Byron" not in page
    with translation.override("ru"):
        assert named(petition)[0] == ("Ada B.", "Кения")


def test_the_frame_of_another_site_names_nobody(client, petition):
    Petition.objects.update(embed_sites="https://www.example.org")
    agree(petition, *FIVE)
    public_signers.show()

    page = client.get(petition.url_path(framed=True)).content.decode()

    assert ("is_shown" in page, "Ada B." in page) == (True, False)


def test_when_the_petition_has_closed_they_are_still_named(client, petition):
    agree(petition, *FIVE)
    public_signers.show()
    Petition.objects.update(closes_at=days_ago(1))

    assert "<bdi>Ada B.</bdi>" in client.get(petition.url_path()).content.decode()


def test_the_page_names_nobody_else(client, petition):
    agree(petition, *FIVE)
    make_signature(petition, name="Canary Bird", country="CY")
    public_signers.show()

    page = client.get(petition.url_path()).content.decode()

    assert "Canary" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_naming_them_takes_one_query_however_many_they_are(client, petition, number):
    for batch in range(number):
        agree(petition, *(f"{name} {'x' * batch}y" for name in FIVE))
        public_signers.show()
    client.get(petition.url_path())

    with CaptureQueriesContext(connection) as found:
        client.get(petition.url_path())

    about = [query["sql"] for query in found if "campaigns_signature" in query["sql"]]
    assert len(about) == 1
    assert '"campaigns_signature"."name"' not in about[0]


def test_the_query_walks_an_index(petition):
    statement = Signature.objects.counted().filter(tally=1, shown_as__gt="", shown_at__isnull=False)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = statement.order_by("-shown_at", "-pk")[:10].explain()

    assert "Index Scan Backward using showable_signatures" in plan


# --- the forms ---


def test_the_box_is_there_where_the_petition_shows_signers_and_never_ticked(client, petition):
    with_box = client.get(petition.url_path()).content.decode()
    without = client.get(make_petition(title="Library").url_path()).content.decode()

    (box,) = [part for part in with_box.split("<input") if 'name="is_shown"' in part]
    assert "checked" not in box.partition(">")[0]
    assert 'name="is_shown"' not in without


def test_a_signer_takes_it_back_and_gives_it_again(client, petition):
    signature = sign(petition, is_shown=True)
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    before = client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace"})
    taken = Signature.objects.get().shown_as
    client.post(address, {"name": "Ada King", "is_shown": "on"})

    assert "May be shown as" in before
    assert (taken, Signature.objects.get().shown_as) == (None, "Ada K.")


def test_who_agreed_may_take_it_back_where_names_are_no_longer_shown(client, petition):
    """GDPR, article 7(3): as easy to withdraw as to give."""
    signature = sign(petition, is_shown=True)
    Petition.objects.update(shows_signers=False)
    address = f"/signatures/manage/{tokens.make('manage', signature.pk)}/"

    offered = 'name="is_shown"' in client.get(address).content.decode()
    client.post(address, {"name": "Ada Lovelace"})

    assert (offered, Signature.objects.get().shown_as) == (True, None)


def test_the_signer_reads_what_everybody_will_read_before_confirming(client, petition):
    signature = sign(petition, is_shown=True, country="KE")

    page = client.get(f"/signatures/confirm/{tokens.make('confirm', signature.pk)}/")

    assert "\u2068Ada L.\u2069, Kenya" in page.content.decode()
