"""The reasons of screening and those that moderators type are two things."""

import pytest

from campaigns.mail import sending
from campaigns.models import Signature
from campaigns.moderation import moderating
from campaigns.moderation.reasons import Reason
from campaigns.signing import signing
from tests.campaigns.mail.test_screened import sign, state
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", Reason.values)
def test_a_moderators_word_is_never_the_sites_own_reason(mailoutbox, reason):
    """Screening is lifted by signing again or by confirming, and may be mailed; this is not."""
    petition = make_petition()
    sign(petition)
    moderating.moderate(Signature.objects.all(), moderation="quarantined", reason=reason, by=None)
    sending.deliver()
    sign(petition, trap="x"), sign(petition)

    signing.confirm(Signature.objects.get().token("confirm"))

    assert (state(), len(mailoutbox)) == (("quarantined", f"{reason}."), 0)
