"""An option of the doctor that cannot be meant is answered with one sentence."""

import pytest
from django.core.management import CommandError, call_command


def test_an_address_or_a_name_that_cannot_be_is_refused_in_one_sentence():
    for option, value in (
        *(("mail_to", value) for value in ("nonsense", "a@b.org, c@d.org", "a@b..org")),
        *(("dkim_selector", value) for value in ("june july", "june.", "x" * 64)),
    ):
        with pytest.raises(CommandError, match=f"^--{option.replace('_', '-')} must be .*[.]$"):
            call_command("doctor", **{option: value})
