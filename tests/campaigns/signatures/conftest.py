"""A petition that shows its signers, and people who agreed to be shown."""

from typing import Any

import pytest

from campaigns.models import Petition, Signature
from campaigns.signatures import public_signers
from tests.factories import make_petition, make_signature


def shown(petition: Petition) -> list[str]:
    """The names on the petition's page, as of now."""
    return [each.name for each in public_signers.signers(Petition.objects.get(pk=petition.pk))]


def agree(petition: Petition, *names: str, **fields: Any) -> list[Signature]:
    """Make confirmed signers who agreed to be shown."""
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
