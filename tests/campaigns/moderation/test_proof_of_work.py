"""The proof of work: only if staff ask for it, once for each signature, and never in the way."""

import base64
import gzip
import json
from pathlib import Path

import pytest
from altcha import v2 as altcha
from django.contrib.staticfiles import finders
from django.utils import timezone

from campaigns import caching
from campaigns.counting import counting
from campaigns.mail import sending
from campaigns.models import Petition, Signature, SpentProof, Tally
from campaigns.moderation import moderating, proof_of_work
from campaigns.petitions import immediate_actions
from campaigns.signing import signing
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(monkeypatch):
    """A petition that asks for a proof, which is cheaper than in production."""
    monkeypatch.setattr(proof_of_work, "COST", 1)
    petition = make_petition()
    immediate_actions.ask_for_proof(petition, by=None)
    petition.tally.refresh_from_db()
    return petition


def solve(challenge: dict) -> str:
    """Solve a challenge; return what the widget sends."""
    made = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(made, altcha.solve_challenge(made)).to_base64()


def sign(petition, number: int = 1, **fields: object) -> None:
    values = {"name": f"Signer {number}", "email": f"s{number}@x.org"}
    signing.sign(petition, version=petition.version.pk, **(values | fields))


def decisions() -> list[tuple[str, str]]:
    rows = Signature.objects.order_by("pk")
    return list(rows.values_list("moderation", "moderation_reason"))


def test_who_brings_a_proof_is_not_quarantined_and_who_brings_none_is(petition):
    sign(petition, 1, proof=solve(proof_of_work.challenge(petition)))
    sign(petition, 2)

    assert decisions() == [("", ""), ("quarantined", "proof")]


def test_a_proof_is_accepted_once(petition):
    proof = solve(proof_of_work.challenge(petition))

    sign(petition, 1, proof=proof)
    sign(petition, 2, proof=proof)

    assert decisions() == [("", ""), ("quarantined", "proof")]
    assert SpentProof.objects.count() == 1


def changed(proof: str, **parameters: object) -> str:
    payload = json.loads(base64.b64decode(proof))
    payload["challenge"]["parameters"] |= parameters
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_what_was_not_worked_for_here_is_no_proof(petition):
    proof = solve(proof_of_work.challenge(petition))
    other = solve(proof_of_work.challenge(make_petition(slug="other")))
    wrong = json.loads(base64.b64decode(proof))
    wrong["solution"] |= {"counter": 10**9, "derivedKey": "00" * 32}

    for answer in (
        "",
        "x",
        "ÿ" * 50,
        "9" * 5_000,
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b'{"challenge": null, "solution": null, "test": true}').decode(),
        base64.b64encode(json.dumps(wrong).encode()).decode(),
        changed(proof, keyPrefix=""),
        changed(proof, cost=1, expiresAt=2**40),
        changed(proof, data={"petition": 1}, nonce="00" * 16),
        other,
    ):
        assert not proof_of_work.spend(petition, answer)
    assert proof_of_work.spend(petition, proof)


def test_a_challenge_ends_after_an_hour_and_is_then_forgotten(petition, monkeypatch):
    proof = solve(proof_of_work.challenge(petition))
    monkeypatch.setattr(proof_of_work, "VALID_FOR", -1)
    late = solve(proof_of_work.challenge(petition))

    assert proof_of_work.spend(petition, proof)
    assert not proof_of_work.spend(petition, late)
    proof_of_work.delete_old()
    assert SpentProof.objects.count() == 1
    SpentProof.objects.update(ends_at=timezone.now())
    proof_of_work.delete_old()
    assert not SpentProof.objects.exists()


def test_who_has_no_proof_gets_the_mail_and_counts_once_confirmed(petition, smtp_server):
    sign(petition)

    sending.deliver()
    counting.recount()
    before = Tally.objects.get().total
    signature = Signature.objects.get()
    signing.confirm(signature.token("confirm"))
    counting.recount()

    assert len(smtp_server.messages) == 1
    assert before == 0
    assert decisions() == [("", "")]
    assert Tally.objects.get().total == 1


def test_who_has_no_proof_confirms_where_nobody_else_has_to(petition, smtp_server):
    Petition.objects.filter(pk=petition.pk).update(confirms_by_email=False)
    petition.refresh_from_db()
    of = {"version": petition.version.pk, "name": "Ada", "email": "ada@example.org"}

    unproven = signing.sign(petition, **of)
    proven = signing.sign(
        petition, **of | {"email": "b@example.org"}, proof=solve(proof_of_work.challenge(petition))
    )
    sending.deliver()
    first = Signature.objects.earliest("pk")

    assert (unproven, first.confirmed_at) == (None, None)
    assert proven is not None
    assert decisions() == [("quarantined", "proof"), ("", "")]
    subjects = sorted(message["Subject"].partition(":")[0] for message in smtp_server.messages)
    assert subjects == ["Please confirm your signature", "Thank you for signing"]
    signing.confirm(first.token("confirm"))
    assert decisions() == [("", ""), ("", "")]
    assert Signature.objects.counted().count() == 2


@pytest.mark.parametrize("confirms", [True, False])
def test_who_signs_again_with_a_proof_is_no_longer_quarantined(petition, confirms):
    Petition.objects.filter(pk=petition.pk).update(confirms_by_email=confirms)
    petition.refresh_from_db()

    sign(petition)
    before = decisions()
    sign(petition, proof=solve(proof_of_work.challenge(petition)))

    assert (before, decisions()) == ([("quarantined", "proof")], [("", "")])
    assert Signature.objects.counted().count() == (0 if confirms else 1)


def test_a_confirmation_lifts_no_other_quarantine(petition):
    sign(petition, 1, trap="spam")
    signature = Signature.objects.get()

    signing.confirm(signature.token("confirm"))

    assert decisions() == [("quarantined", "honeypot")]


def test_a_proof_does_not_lift_the_limits_of_a_network(petition, settings):
    settings.SIGNING_BURST = 1
    network = "203.0.113.7/32"
    sign(petition, 1, network=network, proof=solve(proof_of_work.challenge(petition)))

    sign(petition, 2, network=network)
    sign(petition, 3, network=network, proof=solve(proof_of_work.challenge(petition)))

    assert decisions() == [("", ""), ("quarantined", "burst"), ("quarantined", "burst")]


# --- the pages ---


def test_only_petitions_that_ask_for_it_load_it(petition, client):
    asks, asks_not = make_campaign(petition), make_campaign(make_petition(slug="other"))
    caching.clear()

    pages = [client.get(page.url).content.decode() for page in (asks, asks_not)]
    challenges = [client.get(page.petition.url_path("challenge")) for page in (asks, asks_not)]

    assert ["altcha" in page for page in pages] == [True, False]
    assert ["proof" in page for page in pages] == [True, False]
    assert "Without JavaScript your signature waits until you have confirmed it." in pages[0]
    assert [answer.status_code for answer in challenges] == [200, 404]
    assert challenges[0]["Cache-Control"] == "private, no-store"
    assert challenges[0].json()["parameters"]["data"] == {"petition": petition.tally.pk}
    assert "Set-Cookie" not in challenges[0]


def test_the_form_brings_the_proof_and_answers_everybody_alike(petition, client):
    path = petition.url_path("sign")
    data = {"consent": "on", "version": petition.version.pk}
    proof = solve(client.get(petition.url_path("challenge")).json())

    answers = [
        client.post(path, data | {"name": "A", "email": "a@x.org", "proof": proof}),
        client.post(path, data | {"name": "B", "email": "b@x.org"}),
        client.post(path, data | {"name": "C", "email": "c@x.org", "proof": "x" * 9_000}),
    ]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, petition.url_path("check_your_email"))
    }
    assert decisions() == [("", ""), ("quarantined", "proof"), ("quarantined", "proof")]


def test_a_mistake_in_the_form_uses_no_proof_up(petition, client):
    proof = solve(proof_of_work.challenge(petition))

    page = client.post(petition.url_path("sign"), {"name": "", "proof": proof})

    assert page.status_code == 422
    assert proof not in page.content.decode()
    assert not SpentProof.objects.exists()


def test_without_it_no_proof_is_looked_at(monkeypatch):
    monkeypatch.setattr(
        proof_of_work, "spend", lambda petition, proof: pytest.fail("It was looked at.")
    )

    sign(make_petition())

    assert decisions() == [("", "")]


def test_what_was_quarantined_stays_so_when_no_proof_is_asked_for_any_more(petition):
    sign(petition, 1)
    immediate_actions.drop_proof(petition, by=None)
    sign(Petition.objects.get(pk=petition.pk), 2)

    assert decisions() == [("quarantined", "proof"), ("", "")]


def test_the_form_loads_as_much_more_as_the_question_says():
    """About 35 KB, compressed."""
    names = ("altcha/altcha.js", "altcha/pbkdf2.js", "js/proof.js")
    files = [Path(str(finders.find(name))).read_bytes() for name in names]

    assert 30_000 < sum(len(gzip.compress(file)) for file in files) < 40_000


def test_who_has_proved_themselves_since_a_release_stays_released_when_it_is_undone():
    proof = {"moderation": "quarantined", "moderation_reason": "proof", "confirmed_at": None}
    petition = make_petition()
    proved, other = (
        make_signature(petition, email=f"{name}@example.org", proven_at=None, **proof)
        for name in ("ada", "bo")
    )
    release = moderating.moderate(Signature.objects.all(), moderation="", reason="", by=None)
    signing.confirm(proved.token("confirm"))

    moderating.undo(release, by=None)

    found = dict(Signature.objects.values_list("pk", "moderation"))
    assert found == {proved.pk: "", other.pk: "quarantined"}


def test_who_has_proved_themselves_since_a_mistaken_decision_is_released_when_it_is_undone():
    proof = {"moderation": "quarantined", "moderation_reason": "proof", "confirmed_at": None}
    signature = make_signature(make_petition(), proven_at=None, **proof)
    mistake = moderating.moderate(
        Signature.objects.all(), moderation="invalidated", reason="Bots", by=None
    )
    signing.confirm(signature.token("confirm"))

    undone = moderating.undo(mistake, by=None)

    signature.refresh_from_db()
    assert (signature.moderation, signature.moderation_reason) == ("", "")
    assert undone == {signature.tally_id: 1}
