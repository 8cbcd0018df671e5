"""Settings, addresses and what stands around every request."""

import sys
from pathlib import Path

# For every entry point that is not manage.py (gunicorn, pytest, django-admin).
ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
