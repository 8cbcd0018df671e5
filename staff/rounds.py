"""The worker's rounds for staff accounts. The worker finds this module by its name."""

from django.core.management import call_command

from campaigns.privacy.trusted_clock import guarded
from operations.rounds import Round, register


def delete_login_attempts() -> None:
    """Delete failed log-ins of more than a day ago, and expired sessions."""
    call_command("delete_login_attempts", verbosity=0)


register(Round("login attempts", guarded(delete_login_attempts), every=3600))
