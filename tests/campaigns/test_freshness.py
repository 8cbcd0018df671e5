"""The maximum age of what readers see."""

from campaigns import freshness
from config import purging
from config.settings import base

COUNTING_SECONDS = 1.9  # between two counts: a second, the count, and a loop that is late


def test_readers_see_nothing_that_is_more_than_ten_seconds_old():
    kept_one_after_the_other = (
        COUNTING_SECONDS,
        base.CACHE_SECONDS,
        freshness.FRAGMENT_SECONDS,
        freshness.PUBLIC_SECONDS,
        freshness.RENEWING_SECONDS,
        freshness.JOINING_SECONDS,
    )

    assert sum(kept_one_after_the_other) <= purging.OLDEST == 10
