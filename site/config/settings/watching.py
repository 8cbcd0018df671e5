"""The settings of monitoring: metrics for Prometheus, and reports of errors."""

import os
import re
from pathlib import Path

from config import env

# Where our processes count what they do (operations.metrics); prometheus-client reads the variable
# when it is imported.
METRICS_FOLDER = env.text("METRICS_FOLDER", "")
if METRICS_FOLDER:
    METRICS_FOLDER = str(env.folder("METRICS_FOLDER", Path()))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER

# Where errors are reported, without anything that somebody typed.
SENTRY_DSN = env.text("SENTRY_DSN", "")
env.agree(
    bool(re.fullmatch(r"(https?://[\w:]+@[\w.:-]+/(\S+/)?\d+)?", SENTRY_DSN)),
    "SENTRY_DSN must read https://key@host/number.",
)
if SENTRY_DSN:
    from config import reporting

    reporting.begin(SENTRY_DSN)
