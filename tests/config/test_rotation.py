"""SECRET_KEY can be changed: what was signed with the old key is valid while settings name it."""

import pytest

from campaigns.moderation import proof_of_work
from campaigns.signatures import tokens
from campaigns.signing import thanks_page
from campaigns.signing.thanks_page import Thanked
from tests.campaigns.moderation.test_proof_of_work import solve
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db
PURPOSES = ("confirm", "manage", "withdraw", "unsubscribe", "email")


def test_links_in_mails_and_challenges_outlive_a_change_of_the_key(client, settings, monkeypatch):
    monkeypatch.setattr(proof_of_work, "COST", 1)
    petition = make_petition()
    signature, old = make_signature(petition), settings.SECRET_KEY
    links = {purpose: tokens.make(purpose, signature.pk) for purpose in PURPOSES}
    number = thanks_page.mark(Thanked(petition, 7))
    answers = [solve(proof_of_work.challenge(petition)) for _ in range(2)]

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the site", [old]
    read = {purpose: tokens.read(purpose, token)[0] for purpose, token in links.items()}
    page = client.get(f"/signatures/withdraw/{links['withdraw']}/")
    told = client.get(f"{petition.url_path('thanks')}{number}/")
    is_spent = proof_of_work.spend(petition, answers[0])
    settings.SECRET_KEY_FALLBACKS = []

    assert read == dict.fromkeys(PURPOSES, signature.pk)
    assert (page.status_code, told.status_code, is_spent) == (200, 200, True)
    with pytest.raises(tokens.BadToken):
        tokens.read("withdraw", links["withdraw"])
    assert client.get(f"/signatures/withdraw/{links['withdraw']}/").status_code == 400
    assert not proof_of_work.spend(petition, answers[1])
