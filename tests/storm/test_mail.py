"""Whatever happens to the mail server or to the worker, every email arrives exactly once."""

import signal
import time

from tests.storm.ledger import OWED, check_mail
from tests.waiting import wait

HELD = "SELECT count(*) FROM campaigns_outgoingmail WHERE leased_until IS NOT NULL"
# Instead of waiting for the next attempt, or until the lease of a killed worker has expired.
NOW = """
    UPDATE campaigns_outgoingmail SET due_at = now(), leased_until = NULL WHERE outcome = ''
"""
UNTRIED = "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = '' AND attempts = 0"
REFUSED = "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = 'refused'"
PENDING = "SELECT pending FROM campaigns_tally"


def sign(ground, count: int) -> dict[str, int]:
    ledger = ground.storm(count)
    assert set(ledger.values()) == {303}
    return ledger


def has_arrived(sink, ledger: dict[str, int]) -> bool:
    return wait(lambda: sink.received.keys() == ledger.keys(), 60)


def times_asked(process) -> int:
    return process.log.read_text().count("cannot be reached")


def test_the_mail_server_is_down_at_first_and_then_refuses_one_for_good_and_one_for_now(
    ground, web, worker, sink, size
):
    sink.kill()
    ledger = sign(ground, size(500))
    gone, later, *others = ledger

    process = worker()
    counted = wait(lambda: ground.ask(PENDING) == [(len(ledger),)])
    asked = wait(lambda: times_asked(process) == 3)
    process.process.send_signal(signal.SIGTERM)  # it would try again after 4 seconds
    code = process.process.wait(20)
    untried, times = ground.ask(UNTRIED), times_asked(process)
    sink.be(answers={gone: 550, later: 451})
    sink.start()
    worker()
    arrived = wait(lambda: sink.received.keys() == set(others), 60)
    ended = wait(lambda: ground.ask(OWED) == [(1,)])
    sink.be(answers={gone: 550})
    ground.ask(NOW)

    # Totals are kept even if no email can be sent.
    assert (counted, asked) == (True, True), process.log.read_text()
    assert (code, times, untried) == (0, 3, [(len(ledger),)])
    assert (arrived, ended) == (True, True)
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    assert sink.received.keys() == {later, *others}
    assert ground.ask(REFUSED) == [(1,)]
    check_mail(ground, sink, ledger)


def test_a_slow_mail_server_holds_up_no_total_and_a_worker_that_is_stopped_finishes_its_batch(
    ground, web, worker, sink, size
):
    sink.be(pause=0.2)
    ledger = sign(ground, size(500))

    process = worker()
    counted = wait(lambda: ground.ask(PENDING) == [(len(ledger),)])
    meanwhile = sink.received.total()
    sink.be(pause=0.02)
    assert wait(lambda: sink.received.total() > 3)
    process.process.send_signal(signal.SIGTERM)
    code = process.process.wait(20)
    stopped = ground.ask(HELD), ground.ask(OWED), sink.received
    worker()

    assert counted
    assert meanwhile < 50  # less than the first batch
    assert code == 0
    assert stopped[:2] == ([(0,)], [(len(ledger) - stopped[2].total(),)])
    assert stopped[2].total() % 50 == 0
    assert set(stopped[2].values()) == {1}
    assert has_arrived(sink, ledger)
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    check_mail(ground, sink, ledger)


def test_the_mail_server_is_killed_in_mid_batch_and_comes_back(ground, web, worker, sink, size):
    kills = size(10)
    ledger = sign(ground, size(500))
    sink.be(pause=0.01)

    worker()
    for number in range(kills):
        assert wait(lambda enough=20 * (number + 1): sink.received.total() > enough)
        sink.kill()
        time.sleep(0.2)
        sink.start()
    wait(lambda: len(sink.received) >= len(ledger) - kills)
    ground.ask(NOW)

    assert has_arrived(sink, ledger)
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    check_mail(ground, sink, ledger, kills=kills)


def test_mail_workers_killed_and_two_at_once(ground, web, worker, sink, size):
    ledger = sign(ground, size(1000, 10))
    sink.be(pause=0.01)

    first = worker()
    assert wait(lambda: sink.received.total() > 20)
    first.signal(signal.SIGKILL)
    ground.ask(NOW)
    worker(), worker()

    assert has_arrived(sink, ledger)
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    check_mail(ground, sink, ledger, kills=1)
