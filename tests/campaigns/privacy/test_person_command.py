"""The commands about one person refuse what would make their answer untrue."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from campaigns.signatures import key_fingerprint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_with_another_key_no_untrue_answer_is_given(ada, settings, command):
    key_fingerprint.verify()
    settings.SIGNATURE_KEY = "another key"

    with pytest.raises(ImproperlyConfigured):
        call_command(command, "adalovelace@gmail.com")


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_what_is_no_email_is_refused_and_not_repeated(command):
    with pytest.raises(CommandError) as refusal:
        call_command(command, "lovelace")

    assert "lovelace" not in str(refusal.value)
