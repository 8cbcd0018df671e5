"""The worker's rounds for staff accounts. The worker imports this module by name."""

from django.core.management import call_command

from campaigns.privacy.trusted_clock import guarded
from operations.rounds import Round, register


def delete_login_attempts() -> None:
    """Delete failed sign-ins older than a day, and expired sessions."""
    call_command("delete_login_attempts", verbosity=0)


register(Round("login attempts", guarded(delete_login_attempts), every=3600))
