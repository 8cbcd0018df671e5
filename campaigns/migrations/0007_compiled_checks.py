"""The rules of the tables that signing writes to become one check each, which is compiled once."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations
from django.db.models import Q

from operations.postgresql.checks import CompiledChecks

REMOVED = {
    "outgoingmail": [
        "outcome_is_known",
        "kind_is_known",
    ],
    "signature": [
        "household_slot_is_1_or_2",
        "moderation_is_known",
        "channel_is_known",
        "form_signature_has_key_and_version",
        "anonymised_signature_is_empty",
        "anonymised_signature_has_no_personal_reply",
        "shown_signature_may_be_shown",
        "comment_to_show_is_agreed_to",
        "signature_for_mailings_has_no_more",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_short_conditions")]

    operations = [
        *(
            migrations.RemoveConstraint(model, name)
            for model, names in REMOVED.items()
            for name in names
        ),
        AddConstraintNotValid(
            "outgoingmail",
            CompiledChecks(
                name="outgoing_mail_is_sound",
                rules={
                    "kind_is_known": Q(
                        (
                            "kind__in",
                            ["confirm", "thanks", "already", "reminder", "newemail", "oldemail"],
                        )
                    ),
                    "outcome_is_known": Q(
                        ("outcome__in", ("", "sent", "refused", "abandoned", "waiting"))
                    ),
                },
            ),
        ),
        AddConstraintNotValid(
            "signature",
            CompiledChecks(
                name="signature_is_sound",
                rules={
                    "anonymised_signature_has_no_personal_reply": Q(
                        ("anonymised_at__isnull", True),
                        ("replies__isnull", True),
                        Q(("replies__has_key", "personal"), _negated=True),
                        _connector="OR",
                    ),
                    "anonymised_signature_is_empty": Q(
                        ("anonymised_at__isnull", True),
                        Q(
                            ("affiliation__isnull", True),
                            ("comment__isnull", True),
                            ("comment_as__isnull", True),
                            ("comment_state__isnull", True),
                            ("email__isnull", True),
                            ("email_key__isnull", True),
                            ("link_key__isnull", True),
                            ("name__isnull", True),
                            ("network_key__isnull", True),
                            ("phone__isnull", True),
                            ("postcode__isnull", True),
                            ("sent_mails__isnull", True),
                            ("shown_as__isnull", True),
                            ("shown_at__isnull", True),
                            ("typed_digest__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    "channel_is_known": Q(("channel__in", ("form", "embed", "paper", "import"))),
                    "comment_to_show_is_agreed_to": Q(
                        Q(("comment_as__isnull", True), ("comment_state__isnull", True)),
                        Q(
                            ("comment_state__in", ("waiting", "shown", "hidden")),
                            ("comment__gt", ""),
                            ("comment__isnull", False),
                            ("comment_as__isnull", False),
                            ("comment_state__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    "form_signature_has_key_and_version": Q(
                        Q(("channel__in", ("form", "embed")), _negated=True),
                        ("anonymised_at__isnull", False),
                        Q(("email_key__isnull", False), ("version__isnull", False)),
                        _connector="OR",
                    ),
                    "household_slot_is_1_or_2": Q(("household_slot__in", (1, 2))),
                    "moderation_is_known": Q(
                        ("moderation__in", ("", "quarantined", "invalidated"))
                    ),
                    "shown_signature_may_be_shown": Q(
                        ("shown_at__isnull", True),
                        Q(("shown_as__isnull", False), ("shown_as__gt", "")),
                        _connector="OR",
                    ),
                    "signature_for_mailings_has_no_more": Q(
                        ("for_mailings_since__isnull", True),
                        Q(
                            ("affiliation__isnull", True),
                            ("comment__isnull", True),
                            ("comment_as__isnull", True),
                            ("comment_state__isnull", True),
                            ("network_key__isnull", True),
                            ("phone__isnull", True),
                            ("postcode__isnull", True),
                            ("shown_as__isnull", True),
                            ("shown_at__isnull", True),
                            ("typed_digest__isnull", True),
                        ),
                        _connector="OR",
                    ),
                },
            ),
        ),
    ]
