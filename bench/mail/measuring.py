"""Measures how many emails per second a worker composes and sends, against a bare sending loop."""

import json
import socket
import sys
import time

import psycopg

from bench.comparing import Row, compare
from bench.load import FailedRun, Run
from bench.machine import Meter, wait_for_idle
from bench.processes import VAR, log
from bench.stage import Stage, our_env, say
from servers.ports import HOST, answers, free_port
from servers.processes import Process, python

PATIENCE = 120
SLOW = 0.1  # seconds, as a mail server elsewhere takes for each email


def row(stage: Stage, *, mails: int, number: int) -> list[Row]:
    port, ready = free_port(), str(VAR / "mails.json")
    stage.empty(stage.sites["ours"])
    stage.fill_ours("sow", str(mails), "owed")
    stage.fill_ours("compose", ready)
    with Process(sys.executable, "-m", "bench.mail.sink", str(port), log=log("sink")) as sink:
        sink.wait_until(lambda: answers(port))
        flat = json.loads(python("-m", "bench.mail.loop", str(port), ready))["flat"]
        row = compare(
            "emails composed and handed over by one worker",
            f"smtplib, ready-made messages, one connection ({flat:,.0f}/s were they bytes)",
            lambda: work(stage, port, mails),
            lambda: loop(port, ready),
            floor=0.5,
            number=number,
        )
    return [*row, patient_row(stage, mails=mails)]


def patient_row(stage: Stage, *, mails: int) -> Row:
    """Compare a worker's connections with one, where the mail server takes its time."""
    port, label = free_port(), f"emails to a server that takes {SLOW} s for each"
    say(f"{label} …")
    with Process(
        sys.executable, "-m", "bench.mail.sink", str(port), str(SLOW), log=log("sink")
    ) as sink:
        sink.wait_until(lambda: answers(port))
        run = work(stage, port, mails // 2)
    say(f"  {run.rate:,.0f} a second")
    return Row(
        label,
        f"one connection: at most {1 / SLOW:,.0f} a second",
        run.rate * SLOW,
        2,  # the other connections join within five seconds
        ours=f"{run.rate:,.0f} a second",
        foreign=run.foreign,
    )


def loop(port: int, ready: str) -> Run:
    found = json.loads(python("-m", "bench.mail.loop", str(port), ready))
    return Run(rate=found["rate"], cpu=found["cpu"], foreign=0.0)


def work(stage: Stage, port: int, mails: int) -> Run:
    """Run the worker as in production, and measure it from its first email to its last."""
    site = stage.sites["ours"]
    with psycopg.connect(site.url) as connection:
        connection.execute("UPDATE campaigns_outgoingmail SET outcome = 'sent'")
    ask(port, "ZERO")
    until = time.monotonic() + PATIENCE
    env = our_env(site.url, EMAIL_PORT=str(port))
    with Process(
        *(sys.executable, "manage.py", "worker"), environment=env, log=log("worker")
    ) as worker:
        wait_for_idle(worker.pid, database=stage.server.postmaster, patience=PATIENCE / 2)
        with psycopg.connect(site.url) as connection:
            connection.execute(
                "UPDATE campaigns_outgoingmail SET outcome = '', ended_at = NULL,"
                " leased_until = NULL, attempts = 0, due_at = statement_timestamp()"
            )
        while not (begun := ask(port, "NOTE")[0]):
            _wait(until)
        with Meter(worker.pid, database=stage.server.postmaster) as meter:
            while ask(port, "NOTE")[0] < mails:
                _wait(until)
        number, seconds = ask(port, "NOTE")
    rate, cpu = (number - 1) / seconds, meter.cpu * 1000 / max(1, number - begun)
    return Run(rate=rate, cpu=cpu, foreign=meter.foreign, number=int(number))


def ask(port: int, verb: str) -> tuple[float, ...]:
    with socket.create_connection((HOST, port), timeout=5) as connection:
        file = connection.makefile("rw", newline="\r\n")
        file.readline()
        file.write(f"{verb}\n")
        file.flush()
        answer = file.readline().split()[1:]
    return tuple(map(float, answer)) if verb == "NOTE" else ()


def _wait(until: float) -> None:
    if time.monotonic() > until:
        raise FailedRun("The worker did not send all emails in time: see var/bench/worker.log.")
    time.sleep(0.05)
