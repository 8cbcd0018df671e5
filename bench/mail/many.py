"""Measures a mailing: emails a second, the precision of its rate, and its effect on signing."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg

from bench.comparing import Row, compare
from bench.load import FailedRun, Run
from bench.machine import Meter, wait_for_idle
from bench.mail.measuring import PATIENCE, ask
from bench.processes import VAR, log
from bench.stage import Stage, our_env, say
from servers.ports import answers, free_port
from servers.processes import Process, python

WORKERS = 2  # each has the connections of the settings' default to the mail server
UNLIMITED = 1_000_000  # emails a minute, the maximum of the setting
RATE = 1_200  # emails a minute, for the rows about the rate and about signing
SECONDS = 30
# Make everybody who has signed a recipient of the mailing, which waits for its worker.
AGAIN = """
    UPDATE campaigns_mailing SET state = 'paused';
    TRUNCATE campaigns_recipient, campaigns_mailingcount, campaigns_pace, campaigns_mailingnotice;
    INSERT INTO campaigns_recipient (mailing_id, signature_id, due_at, attempts)
        SELECT m.id, s.id, statement_timestamp(), 0
        FROM campaigns_mailing m, campaigns_signature s WHERE s.confirmed_at IS NOT NULL
        ORDER BY s.id;
    ANALYZE campaigns_recipient;
"""
SENT = "SELECT coalesce(sum(number), 0) FROM campaigns_mailingcount"
GO = "UPDATE campaigns_mailing SET state = 'sending'"


def rows(stage: Stage, *, mails: int, number: int) -> list[Row]:
    port, ready = free_port(), str(VAR / "mailing.json")
    stage.empty(stage.sites["ours"])
    stage.fill_ours("sow", str(mails), "confirmed", "informed")
    stage.fill_ours("mailing", ready)
    with Process(sys.executable, "-m", "bench.mail.sink", str(port), log=log("sink")) as sink:
        sink.wait_until(lambda: answers(port))
        return [
            *compare(
                f"mailing: {mails:,} emails composed and handed over by {WORKERS} workers",
                f"smtplib, ready-made messages, {WORKERS} connections",
                lambda: send_all(stage, port, mails),
                lambda: loops(port, ready),
                floor=0.8,
                number=1,  # So many emails take minutes, and need no median.
            ),
            pace(stage, port),
            *beside(stage, port, number),
        ]


@contextlib.contextmanager
def workers(stage: Stage, port: int, *, rate: int) -> Iterator[list[int]]:
    """Run workers that are idle, and prepare a mailing that waits for `GO`."""
    site = stage.sites["ours"]
    with psycopg.connect(site.url) as connection:
        connection.execute(AGAIN)
    env = our_env(site.url, EMAIL_PORT=str(port), MAILING_RATE=str(rate))
    ask(port, "ZERO")
    with contextlib.ExitStack() as stack:
        found = [
            stack.enter_context(
                Process(
                    *(sys.executable, "manage.py", "worker"), environment=env, log=log("worker")
                )
            ).pid
            for _number in range(WORKERS)
        ]
        wait_for_idle(*found, database=stage.server.postmaster, patience=PATIENCE / 2)
        yield found


def go(stage: Stage) -> None:
    with psycopg.connect(stage.sites["ours"].url) as connection:
        connection.execute(GO)


def send_all(stage: Stage, port: int, mails: int) -> Run:
    until = time.monotonic() + PATIENCE + mails / 100
    with workers(stage, port, rate=UNLIMITED) as pids:
        go(stage)
        while not (begun := ask(port, "NOTE")[0]):
            wait(until)
        with Meter(*pids, database=stage.server.postmaster) as meter:
            while ask(port, "NOTE")[0] < mails:
                wait(until)
        number, seconds = ask(port, "NOTE")
    cpu = meter.cpu * 1000 / max(1, number - begun)
    return Run(rate=(number - 1) / seconds, cpu=cpu, foreign=meter.foreign, number=int(number))


def loops(port: int, ready: str) -> Run:
    """Run the bare loop in WORKERS processes, each over a connection of its own."""
    found = json.loads(python("-m", "bench.mail.loop", str(port), ready, str(WORKERS)))
    return Run(rate=found["rate"], cpu=found["cpu"], foreign=0.0)


def pace(stage: Stage, port: int) -> Row:
    """Return how far the emails of half a minute deviate from the rate in the settings."""
    say("the rate of a mailing …")
    with workers(stage, port, rate=RATE) as pids:
        go(stage)
        with Meter(*pids, database=stage.server.postmaster) as meter:
            time.sleep(SECONDS)
        number, seconds = ask(port, "NOTE")
    found = (number - 1) / seconds * 60
    say(f"  {found:,.0f} a minute of {RATE:,}")
    return Row(
        "mailing: off its rate, as a part of it",
        f"{RATE:,} emails a minute",
        abs(found / RATE - 1),
        0.05,
        ours=f"{found:,.0f} a minute",
        foreign=meter.foreign,
        at_most=True,
    )


def beside(stage: Stage, port: int, number: int) -> list[Row]:
    """Compare signing while a mailing is sent with signing while the same workers send none.

    In both cases the workers send the emails to the signers, which is more work than the mailing.
    """

    def signing(*, is_mailed: bool) -> Run:
        with workers(stage, port, rate=RATE):
            if is_mailed:
                go(stage)
            run = stage.sign("ours")
        with psycopg.connect(stage.sites["ours"].url) as connection:
            [(sent,)] = connection.execute(SENT)
        if bool(sent) != is_mailed:
            raise FailedRun(f"{sent} emails of the mailing were sent.")
        # The processor time of the workers must not count as that of other programs.
        return replace(run, foreign=0.0)

    return compare(
        f"sign while a mailing leaves at {RATE:,} a minute",
        "sign, and the workers send what signers get",
        lambda: signing(is_mailed=True),
        lambda: signing(is_mailed=False),
        floor=0.9,
        number=number,
    )


def wait(until: float) -> None:
    if time.monotonic() > until:
        raise FailedRun("The workers did not send all emails in time: see var/bench/worker.log.")
    time.sleep(0.2)
