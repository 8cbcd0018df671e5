"""script/bench: measures, prints a table of ratios, and writes it to bench/RESULTS.md."""

import argparse
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from bench import machine, privacy, soak, stage, suite, table
from servers.processes import Problem, program

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["speed", "privacy", "soak"], default="speed")
    parser.add_argument(
        "--quick", action="store_true", help="short runs, while developing; nothing is kept"
    )
    parser.add_argument("--only", default="", help="rows whose name holds this word")
    parser.add_argument(
        "--signatures", type=int, default=0, help="how many are very many; 1,000,000 unless given"
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long the soak lasts")
    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    try:
        for name in ("wrk", "nginx"):
            program(name)
        if given.what == "privacy":
            return privacy.main(samples=100 if given.quick else 500)
        if given.what == "soak":
            return soak.main(given.minutes)
        return speed(quick=given.quick, only=given.only, signatures=given.signatures)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


def speed(*, quick: bool, only: str, signatures: int) -> int:
    """Print the table, and write it if all was measured; return 0 if every row holds."""
    began, commit, before = datetime.now(UTC), machine.commit(), machine.load()
    rows, server = suite.run(quick=quick, only=only, many=signatures)
    heading = [
        "# What the bench measured last",
        "",
        f"{began:%Y-%m-%d %H:%M} UTC, commit {commit}{', quick' * quick}.",
        f"{machine.versions(server.version)}; {suite.describe(quick=quick)}.",
        f"Load before {before}, after {machine.load()}. `docs/performance.md` says how to read it.",
    ]
    text = table.render(rows, heading=heading)
    stage.say(f"\n{text}")
    if not quick and not only and not signatures:
        RESULTS.write_text(text)
    return 0 if all(row.holds for row in rows) else 1


def stop(number: int, frame: FrameType | None) -> None:
    # The servers end as the stack unwinds.
    for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
