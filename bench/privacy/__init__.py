"""script/bench privacy: checks whether the response to a POST reveals who has signed before."""

import http.client
import itertools
import json
import random
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from bench import database, stage
from bench.privacy.ranks import mann_whitney
from servers.ports import HOST
from servers.processes import python

FLOOR = 0.01
KINDS = ("new", "pending", "confirmed", "quarantined", "used up", "remembered")


def main(*, samples: int) -> int:
    with database.server() as server:
        env = stage.our_env(server.make("ours"))
        python("manage.py", "collectstatic", "--noinput", "--verbosity=0", environment=env)
        python("-m", "bench.inside", "bench.ours.fill", "fill", environment=env)
        facts = json.loads(
            python("-m", "bench.inside", "bench.ours.fill", "facts", environment=env)
        )
        python(
            "-m", "bench.inside", "bench.ours.fill", "acquaint", str(samples + 20), environment=env
        )
        with stage.site(server, "ours") as site:
            return report(*measure(site.port, facts, samples))


def measure(
    port: int, facts: dict[str, str], samples: int
) -> tuple[dict[str, list[float]], dict[str, set[Any]]]:
    """Return the milliseconds and responses for each kind of signer, who sign in random order."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    answers: dict[str, set[Any]] = {kind: set() for kind in KINDS}
    warm = [(kind, number) for number in range(samples, samples + 20) for kind in KINDS]
    order = [(kind, number) for number in range(samples) for kind in KINDS]
    random.shuffle(order)
    for place, (kind, number) in enumerate(warm + order):
        took, answer = post(port, facts, place, f"{kind.replace(' ', '-')}{number}@example.org")
        if place >= len(warm):
            times[kind].append(took)
            answers[kind].add(answer)
    return times, answers


def post(port: int, facts: dict[str, str], place: int, email: str) -> tuple[float, Any]:
    fields = {"name": "Bench Signer", "email": email, "country": "FR", "consent": "on"}
    body = f"{urlencode(fields)}&{facts['extra']}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}",
    }
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", facts["sign"], body, headers)
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    headers_without_date = tuple(pair for pair in answer.getheaders() if pair[0] != "Date")
    return took, (answer.status, headers_without_date, content)


def report(times: dict[str, list[float]], answers: dict[str, set[Any]]) -> int:
    """Print the results; return 0 if neither times nor responses distinguish kinds of signers."""
    same = set.union(*answers.values())
    first = next(iter(same))
    print(f"\nStatus, headers and body: {'the same' if len(same) == 1 else 'NOT the same'}")
    print(f"({first[0]}, {len(first[1])} headers, {len(first[2])} bytes)\n")
    for kind in KINDS:
        lower, middle, upper = statistics.quantiles(times[kind], n=4)
        print(f"{kind:>12}: median {middle:.2f} ms, half of them {lower:.2f}–{upper:.2f}")
    print(f"\nMann-Whitney, p (at least {FLOOR}):")
    worst = 1.0
    for one, other in itertools.combinations(KINDS, 2):
        p = mann_whitney(times[one], times[other])
        worst = min(worst, p)
        print(f"{one:>12} and {other:<12} {p:.4f}{'' if p > FLOOR else '  NO'}")
    return 0 if len(same) == 1 and worst > FLOOR else 1
