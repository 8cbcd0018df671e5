"""What processes measure: the time of each request and of each round, and what caches had.

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
# Who has a cache says here how often it had what was looked for, and how often not, since it began.
CACHES: list[Callable[[], tuple[int, int]]] = []


class MeasuringMiddleware:
    """Measures all that comes after it. The pages of the CMS are one view: there are hundreds."""

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
    """Have the worker measure its rounds, where processes count at all."""
    if folder.prepare():
        rounds.OBSERVERS.append(lambda name, seconds: ROUNDS.labels(name).observe(seconds))
        rounds.OF_FAILURES.append(lambda name: FAILURES.labels(name).inc())
        for (
            each
        ) in rounds.discover():  # from nought: an alert sees no increase of what was not there
            FAILURES.labels(each.name)
