"""Publishes scheduled pages and petitions when their time has come."""

import logging

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError

log = logging.getLogger(__name__)


def publish_due() -> None:
    """Publish pages and petitions whose time has come, and unpublish those that have expired.

    A page that cannot be published is logged, and the worker goes on. Raises DatabaseError and
    InterfaceError when the connection to the database is lost.
    """
    try:
        call_command("publish_scheduled", verbosity=0)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("What is scheduled could not all be published.")
