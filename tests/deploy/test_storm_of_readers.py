"""How long signers wait while very many people read, and how long while nobody does."""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers.processes import Process
from tests.deploy.conftest import fields
from tests.factories import make_petition

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.storm,
]

ROUNDS, SIGNERS = 3, 40
# Readers, signers and this test share two noisy cores: without workers of their own, signers
# waited 35 times as long.
MOST = 10


def is_known(ratios: list[float]) -> bool:
    """Whether so many rounds agree that the others cannot change the median."""
    short = sum(ratio < MOST for ratio in ratios)
    return max(short, len(ratios) - short) > ROUNDS / 2


def test_signers_do_not_wait_for_readers(site, app, tmp_path):
    petition = make_petition()
    path = petition.url_path("sign")

    def sign(number: int) -> float:
        """Seconds until somebody's signature was acknowledged."""
        begun = time.monotonic()
        # Each comes from a network of their own, so that no limit slows them down.
        source = f"127.{number // 200 + 3}.0.{number % 200 + 1}"
        answer = site.post(path, fields(petition, email=f"{number}@example.org"), source=source)
        assert answer.status == 303
        return time.monotonic() - begun

    def wait_of(first: int) -> float:
        """The 95th percentile of the waits of SIGNERS signers, who sign two at a time."""
        with ThreadPoolExecutor(2) as signers:
            waits = list(signers.map(sign, range(first, first + SIGNERS)))
        return statistics.quantiles(waits, n=20)[-1]

    with app.serve(app.sign_path):
        for number in range(10):
            sign(10_000 + number)  # the first answers of a worker take longer
        ratios: list[float] = []
        while (round_ := len(ratios)) < ROUNDS and not is_known(ratios):
            alone = wait_of(round_ * 1_000)
            command = (sys.executable, "-m", "tests.deploy.readers", str(site.port))
            with Process(*command, petition.get_absolute_url(), log=tmp_path / "readers.log"):
                time.sleep(2)
                beside = wait_of(round_ * 1_000 + 500)
            ratios.append(beside / alone)
            print(f"alone {alone * 1000:.0f} ms, beside readers {beside * 1000:.0f} ms")

    assert sum(ratio < MOST for ratio in ratios) > ROUNDS / 2
