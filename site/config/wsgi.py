"""What gunicorn serves; it waits for a database that knows our key."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

from campaigns.signatures import key_fingerprint  # noqa: E402  (needs Django's set-up)

key_fingerprint.wait_and_verify()
