"""python -m bench.ours.handover [NUMBER] [FILE]: makes a pack to hand over, on a fresh database.

100,000 names should take less than 60 seconds, and less than 200 megabytes more than the process
uses before. The document is written to FILE, for inspection.
"""

import os
import sys

from servers import databases
from servers.processes import ROOT, python


def main(number: str = "100000", file: str = "") -> None:
    with databases.temporary("packing") as url:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "PYTHONPATH": str(ROOT / "site"),
        }
        python("manage.py", "migrate", "--verbosity=0", environment=environment)
        inside = ("-m", "bench.inside", "bench.ours.packing", number, *filter(None, [file]))
        print(python(*inside, environment=environment), f"load: {os.getloadavg()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
