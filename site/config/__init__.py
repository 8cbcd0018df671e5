"""The settings, the URLs and the middleware of the site."""

import sys
from pathlib import Path

# manage.py finds our packages by itself; gunicorn, pytest and django-admin need this path.
ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
