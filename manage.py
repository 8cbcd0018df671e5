#!/usr/bin/env python
"""Django's command line for this project."""

import gc
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    # Imported modules are not garbage: at its default rate, collecting takes a sixth of the start.
    gc.set_threshold(50_000, 20, 20)
    # ``site`` is a module of the standard library, so the folder site/ is never a package:
    # it is a path entry that holds the package ``config``.
    for folder in (ROOT / "site", ROOT):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError, InterfaceError
    from psycopg.errors import UndefinedTable

    from operations.database_errors import is_outage, reason

    # One sentence each, which a traceback would hide.
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    except (DatabaseError, InterfaceError) as error:
        if is_outage(error):
            sys.exit(f"The database does not answer: {reason(error)}")
        if isinstance(error.__cause__, UndefinedTable) and "migrate" not in sys.argv:
            sys.exit(f"The database is not ready ({reason(error)}): run manage.py migrate.")
        raise
    except BrokenPipeError:  # as with “| head”
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit("The command has ended early, since nobody reads what it says.")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
