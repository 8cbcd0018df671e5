"""How gunicorn serves the site (docs/settings.md, docs/operators.md)."""

import os

pythonpath = "site"
wsgi_app = "config.wsgi:application"
worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2 * (os.cpu_count() or 1))
timeout = 120  # a large export is one answer
accesslog = None  # addresses hold the tokens of signers
control_socket_disable = True  # signals are enough
