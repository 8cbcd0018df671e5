"""Publishing what was scheduled, when its moment has come."""

import logging

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError

log = logging.getLogger(__name__)


def publish_due() -> None:
    """Publish pages and petitions whose time has come, and take those off that have expired.

    What cannot be published is logged and holds up nothing else. Raises database errors.
    """
    try:
        call_command("publish_scheduled", verbosity=0)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("What is scheduled could not all be published.")
