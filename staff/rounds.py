"""The worker's rounds for staff accounts. The worker imports this module by name."""

from django.core.management import call_command
from wagtail.admin.models import EditingSession, FormState

from campaigns.privacy.trusted_clock import guarded
from operations.rounds import Round, register


def delete_login_attempts() -> None:
    """Delete failed sign-ins older than a day, and expired sessions."""
    call_command("delete_login_attempts", verbosity=0)


def delete_unsaved_forms() -> None:
    """Delete what Wagtail stored for previews a day ago, and who had a page open an hour ago.

    Wagtail itself deletes them only when somebody opens an editor or sees a preview.
    """
    FormState.objects.stale().delete()
    EditingSession.cleanup()


register(Round("login attempts", guarded(delete_login_attempts), every=3600))
register(Round("unsaved forms", guarded(delete_unsaved_forms), every=3600))
