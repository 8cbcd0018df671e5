"""What processes measure: the duration of each request and round, and the hits of caches.

A label holds the name of a view or a round, never a path.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram, Summary

from operations import rounds
from operations.metrics import folder

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
REQUESTS = Histogram(
    "lastdrop_request_seconds", "How long requests took in gunicorn.", ["view"], buckets=SECONDS
)
ANSWERS = Counter("lastdrop_answers", "Answers, by status code.", ["view", "status"])
ROUNDS = Summary("lastdrop_round_seconds", "How long rounds of the worker took.", ["round"])
FAILURES = Counter("lastdrop_round_failures", "Rounds that a mistake of ours ended.", ["round"])
LOOKUPS = Counter(
    "lastdrop_cache_lookups", "What the caches of our processes had, or lacked.", ["outcome"]
)
# Each cache registers a function that returns its hits and its misses since it was created.
CACHES: list[Callable[[], tuple[int, int]]] = []


class MeasuringMiddleware:
    """Measures all that comes after it. The hundreds of views of the CMS count as one view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.seen = (0, 0)
        folder.prepare()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = name_of(request)
        REQUESTS.labels(view).observe(time.perf_counter() - began)
        ANSWERS.labels(view, response.status_code).inc()
        self.count_lookups()
        return response

    def count_lookups(self) -> None:
        known = [read() for read in CACHES]
        now = sum(had for had, _ in known), sum(lacked for _, lacked in known)
        before, self.seen = self.seen, now
        for outcome, new, old in zip(("hit", "miss"), now, before, strict=True):
            if new > old:
                LOOKUPS.labels(outcome).inc(new - old)


def name_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return "none"
    return "cms" if request.path_info.startswith("/admin/") else match.view_name


def measure_rounds() -> None:
    """Make the worker measure its rounds, if processes count at all."""
    if folder.prepare():
        rounds.OBSERVERS.append(lambda name, seconds: ROUNDS.labels(name).observe(seconds))
        rounds.OF_FAILURES.append(lambda name: FAILURES.labels(name).inc())
        # Each counter starts at 0, since an alert does not see the increase of a missing one.
        for each in rounds.discover():
            FAILURES.labels(each.name)
