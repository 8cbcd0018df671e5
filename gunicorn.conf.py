"""How gunicorn serves the site (docs/settings.md, docs/operators.md)."""

import gc
import os
from typing import Any

pythonpath = "site"
wsgi_app = "config.wsgi:application"
worker_class = "sync"
# One a core: signing is all work and little waiting, and more would only take each other's turns.
# The CMS has a pool of its own (deploy/, docs/adr/0014-two-pools-of-workers.md).
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
timeout = 120  # of the CMS more, for exports (deploy/)
accesslog = None  # addresses hold the tokens of signers
control_socket_disable = True  # signals are enough


def post_worker_init(worker: Any) -> None:
    """What the application consists of stays: no use looking through it for garbage again."""
    gc.collect()
    gc.freeze()
