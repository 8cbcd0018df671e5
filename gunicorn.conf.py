"""The configuration of gunicorn (docs/settings.md, docs/operators.md)."""

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import Any


def processes() -> int:
    """Return one process per core: signing is bound by the CPU, so more would only compete."""
    value = os.environ.get("WEB_CONCURRENCY", "").strip() or str(os.cpu_count() or 1)
    if not value.isdecimal() or not 1 <= int(value) <= 512:
        sys.exit(f"WEB_CONCURRENCY must be from 1 to 512, not {value}.")
    return int(value)


pythonpath = "site"
wsgi_app = "config.wsgi:application"
worker_class = "sync"
# Signers, readers and staff have a pool each (docs/adr/0025-signing-apart-from-reading.md).
workers = processes()
timeout = 120  # Seconds for an answer. The pool of the CMS has threads instead (deploy/).
accesslog = None  # URLs contain the tokens of signers.
control_socket_disable = True  # Signals are enough.


def on_starting(server: Any) -> None:
    """Refuse a Unix socket without a proxy: visitors would have no IP address, so limits fail."""
    is_path = any(isinstance(address, str) for address in server.cfg.address)
    if is_path and os.environ.get("TRUSTED_PROXIES", "").strip() in ("", "0"):
        sys.exit("Set TRUSTED_PROXIES: behind a socket, only a proxy knows who a visitor is.")


def pre_exec(server: Any) -> None:
    """Start the second master of a reload from the release that is now the current one."""
    if run := os.environ.get("LASTDROP_RUN"):
        arguments = [run, "-m", "gunicorn", *sys.argv[1:]]
        server.START_CTX.update({0: run, "args": arguments, "cwd": "/"})


def when_ready(server: Any) -> None:
    """Load the application once, in the master, which already listens: early requests wait.

    All workers are forks of the master and share the memory of the loaded objects. The garbage
    collector never examines these objects, since it would write to that memory.
    """
    gc.disable()
    server.app.wsgi()
    gc.collect()
    gc.freeze()
    gc.enable()


def post_worker_init(worker: Any) -> None:
    """Wait for the site's database, watch over the worker, and show that this process is ready."""
    from django.apps import apps  # Django is not loaded before this.

    if apps.is_installed("operations"):  # The yardsticks of bench/ are other sites.
        from campaigns.signatures import key_fingerprint
        from operations.doctor import watching

        key_fingerprint.wait_and_verify()
        watching.begin()
    with contextlib.suppress(OSError):  # deploy/reload waits for this name.
        Path("/proc/self/comm").write_text("ready")
