#!/usr/bin/env python
"""Django's command line for this project."""

import gc
import os
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

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")  # One sentence, which a traceback would hide.


if __name__ == "__main__":
    main()
