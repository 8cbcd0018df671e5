"""The WSGI application for gunicorn.

The start waits for the database, and fails if SIGNATURE_KEY is not the key of its signatures.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

from campaigns.signatures import key_fingerprint  # noqa: E402  (needs Django's set-up)

key_fingerprint.wait_and_verify()
