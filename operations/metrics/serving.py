"""The text of /metrics, in the format of Prometheus."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from operations import health, probes
from operations.metrics.folder import counted
from operations.metrics.gauges import Gauged


def metrics(request: HttpRequest) -> HttpResponse:
    """Return all metrics to anyone who may read the details of /readyz, and 403 to others."""
    if not probes.may_know(request, is_there=health.of_database().is_well):
        return HttpResponse(
            "Send the token that manage.py doctor --token prints.\n",
            status=403,
            content_type="text/plain",
            headers=probes.NOT_STORED,
        )
    return HttpResponse(
        everything(), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=probes.NOT_STORED
    )


def everything() -> bytes:
    registry = CollectorRegistry()
    registry.register(Gauged())
    text = generate_latest(registry)
    if settings.METRICS_FOLDER and Path(settings.METRICS_FOLDER).exists():
        with counted(Path(settings.METRICS_FOLDER)) as of_processes:
            text += generate_latest(of_processes)
    return text
