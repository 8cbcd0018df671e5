"""The configuration of gunicorn (docs/settings.md, docs/operators.md)."""

import gc
import os
from typing import Any

pythonpath = "site"
wsgi_app = "config.wsgi:application"
worker_class = "sync"
# One worker for each core: signing mostly computes and hardly waits, so more workers would only
# compete. Signers, readers and the CMS have a pool each (deploy/,
# docs/adr/0025-signing-apart-from-reading.md).
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
timeout = 120  # Seconds for an answer. The pool of the CMS has threads instead (deploy/).
accesslog = None  # URLs contain the tokens of signers.
control_socket_disable = True  # Signals are enough.


def post_fork(server: Any, worker: Any) -> None:
    """Load the application without garbage collection, which takes a fifth of the start."""
    gc.disable()


def post_worker_init(worker: Any) -> None:
    """Exempt the loaded application from garbage collection, since it is never freed."""
    gc.collect()
    gc.freeze()
    gc.enable()
