"""Screening: which signatures are silently quarantined, and which never are."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.models import F
from django.test import RequestFactory

from campaigns.counting import counting
from campaigns.mail import sending
from campaigns.models import ListEntry, OutgoingMail, Signature, SigningTry, Tally
from campaigns.signatures import networks
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signing import signing
from tests.factories import day, make_petition, make_signature

pytestmark = pytest.mark.django_db

HOME = "203.0.113.7/32"


def sign(petition, number: int = 1, **changes: object) -> None:
    values = {
        "name": f"Signer {chr(64 + number)}",
        "email": f"signer{number}@example.org",
        "version": petition.version.pk,
        "network": HOME,
    }
    signing.sign(petition, **(values | changes))


def decisions() -> list[tuple[str, str]]:
    return list(Signature.objects.order_by("pk").values_list("moderation", "moderation_reason"))


def rule(kind: str, pattern: str, effect: str = "block") -> None:
    made = ListEntry(kind=kind, pattern=pattern, effect=effect)
    made.full_clean()
    made.save()


def test_many_of_one_network_within_minutes_are_set_aside(settings):
    settings.SIGNING_BURST = 3
    petition = make_petition()

    for number in range(1, 6):
        sign(petition, number)

    assert decisions() == [("", "")] * 3 + [("quarantined", "burst")] * 2


def test_many_of_one_network_within_a_day_are_set_aside(settings):
    settings.SIGNING_SUSTAINED = 2
    petition = make_petition()
    for number in (1, 2):
        sign(petition, number)
    SigningTry.objects.update(tried_at=F("tried_at") - timedelta(hours=5))

    sign(petition, 3)

    assert decisions()[-1] == ("quarantined", "sustained")


@pytest.mark.parametrize("change", [{"network": "203.0.113.8/32"}, {"network": None}])
def test_another_network_has_its_own_limit(settings, change):
    settings.SIGNING_BURST = 1
    petition = make_petition()
    sign(petition, 1)

    sign(petition, 2, **change)

    assert decisions() == [("", "")] * 2


def test_no_second_network_takes_away_what_counts_for_the_first(settings):
    settings.SIGNING_BURST = 2
    petition = make_petition()
    for number in (1, 2):
        sign(petition, number)
    for number in (1, 2):
        sign(petition, number, network="203.0.113.8/32")

    sign(petition, 3)

    assert decisions() == [("", "")] * 2 + [("quarantined", "burst")]


def test_another_petition_has_its_own_limit(settings):
    settings.SIGNING_BURST = 1
    sign(make_petition(), 1)

    sign(make_petition(title="Library"), 2)

    assert decisions() == [("", "")] * 2


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("domain", "example.org"),
        ("domain", " Example.ORG"),
        ("email", "signer1@example.org"),
        ("email", "Signer1+tag@Example.org"),
        ("network", "203.0.113.0/24"),
        ("network", "203.0.113.7"),
    ],
)
def test_what_is_on_a_list_is_set_aside(kind, pattern):
    rule(kind, pattern)
    petition = make_petition()

    sign(petition)

    assert decisions() == [("quarantined", "listed")]


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("domain", "example.com"), ("domain", "*.example.org"), ("network", "2001:db8::/32")],
)
def test_what_is_on_no_list_is_not(kind, pattern):
    rule(kind, pattern)
    petition = make_petition()

    sign(petition)

    assert decisions() == [("", "")]


@pytest.mark.parametrize(
    ("pattern", "email"),
    [
        ("googlemail.com", "ada@googlemail.com"),
        ("googlemail.com", "ada@gmail.com"),
        ("pm.me", "ada@pm.me"),
        ("Bücher.example", "ada@xn--bcher-kva.example"),
        ("*.Faß.example", "ada@mail.xn--fa-hia.example"),
    ],
)
def test_a_domain_is_found_by_each_of_its_names(pattern, email):
    rule("domain", pattern)

    sign(make_petition(), email=email)

    assert decisions() == [("quarantined", "listed")]


def test_an_entry_changes_no_earlier_signature():
    petition = make_petition()
    sign(petition, 1)
    rule("domain", "example.org")

    sign(petition, 2)

    assert decisions() == [("", ""), ("quarantined", "listed")]


def test_who_is_allowed_passes_every_limit(settings):
    settings.SIGNING_BURST = 0
    rule("domain", "example.org")
    rule("network", "203.0.113.0/24", "allow")
    petition = make_petition()

    sign(petition, trap="https://spam.example")

    assert decisions() == [("", "")]


def test_the_trap_catches_silently(client):
    petition = make_petition()
    data = {"name": "Bot", "email": "bot@example.org", "consent": "on", "aside": "x"}

    response = client.post(petition.url_path("sign"), data | {"version": petition.version.pk})

    assert response.status_code == 303
    assert decisions() == [("quarantined", "honeypot")]


def test_what_is_set_aside_gets_its_mail_and_counts_only_when_released(settings):
    settings.SIGNING_BURST = 0
    petition = make_petition()
    sign(petition)
    signature = Signature.objects.get()

    signing.confirm(signature.token("confirm"))
    counting.recount()
    kinds = sorted(OutgoingMail.objects.values_list("kind", flat=True))
    assert (kinds, Tally.objects.get().total) == (["confirm", "thanks"], 0)

    Signature.objects.update(moderation="")
    counting.recount()
    assert Tally.objects.get().total == 1


def test_signing_again_from_elsewhere_does_not_lift_the_limit_of_a_network(settings):
    settings.SIGNING_BURST = 0
    petition = make_petition()
    sign(petition)

    sign(petition, network=None)

    assert decisions() == [("quarantined", "burst")]


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        *(("network", each) for each in ("here", "0.0.0.0/0", "2000::/3")),
        *(("email", each) for each in ("example.org", "*@*", "*@gmail.com")),
        *(("domain", each) for each in ("a@b.org", "com", "no domain!", "*", "https://b.org/a")),
        *((kind, each) for kind in ("domain", "site") for each in ("*.com", "*.co.uk")),
    ],
)
def test_a_pattern_that_is_none_is_refused(kind, pattern):
    with pytest.raises(ValidationError):
        rule(kind, pattern)


# --- two people, one email address ---


def names() -> list[tuple[int, str]]:
    return list(Signature.objects.order_by("household_slot").values_list("household_slot", "name"))


@pytest.mark.parametrize("first_confirmed", [True, False])
def test_two_people_may_share_an_email_where_the_petition_says_so(first_confirmed):
    petition = make_petition(shares_email=True)
    sign(petition, name="Ada")
    if first_confirmed:
        signing.confirm(Signature.objects.get().token("confirm"))

    for name in ("Ben", "ben", "Cleo", "ADA"):
        sign(petition, name=name)

    sending.deliver()

    assert names() == [(1, "Ada" if first_confirmed else "ADA"), (2, "ben")]
    assert (len(mail.outbox), OutgoingMail.objects.count()) == (3 - first_confirmed, 3)


def test_elsewhere_the_second_is_a_duplicate():
    petition = make_petition()
    make_signature(petition, email="signer1@example.org", name="Ada")

    sign(petition, name="Ben")

    assert names() == [(1, "Ada")]


# --- emails ---


def test_five_mails_a_day_go_to_one_mailbox_over_all_petitions():
    petitions = [make_petition(title=f"Petition {number}") for number in range(7)]

    for petition in petitions:
        sign(petition)
    sending.deliver()

    assert (Signature.objects.count(), OutgoingMail.objects.count()) == (7, 5)
    assert len(mail.outbox) == 5


# --- networks ---


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "network"),
    [
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7/32"),
        (1, "10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7/32"),
        (2, "10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7/32"),
        (2, "203.0.113.7", "198.51.100.1", "203.0.113.7/32"),
        (1, "10.0.0.1", "nonsense", None),
        (0, "", "", None),
        (0, "2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7/32"),
        (0, "127.0.0.1", "", None),
    ],
)
def test_the_network_is_the_nth_from_the_right(settings, proxies, remote, forwarded, network):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory(REMOTE_ADDR=remote).get("/", headers={"X-Forwarded-For": forwarded})

    assert networks.network_of(request) == network


def test_no_network_is_kept_and_its_key_changes_every_day(client, settings):
    settings.LIMITS_LOOPBACK = True
    petition = make_petition()

    sign(petition)

    key = bytes(Signature.objects.get().network_key)
    days = [daily_hash("network", HOME, day(number)) for number in (0, 1)]
    assert key == days[0] != days[1]
    assert b"203.0.113" not in key
