"""The WSGI application for gunicorn (gunicorn.conf.py)."""

import os

from django.core.wsgi import get_wsgi_application

from config.call_stack import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = with_room(get_wsgi_application())
