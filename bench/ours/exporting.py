"""python -m bench.inside bench.ours.exporting copy|rowwise|endless: makes and discards a CSV file.

Prints the number of signatures, and the seconds and the processor seconds of this process.
`endless` starts again after each file, until the process is ended.
"""

import json
import time
from collections.abc import Iterator

from bench.ours import rowwise
from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.models import Signature


def written(way: str) -> Iterator[bytes]:
    every, names = Signature.objects.order_by("-pk"), rows.headings()
    if way == "rowwise":
        return rowwise.csv_file(rows.rows(every), names)
    return (piece.content for piece in csv_file(every, names))


def main(way: str) -> None:
    while way == "endless":
        sum(map(len, written(way)))
    began, cpu = time.monotonic(), time.process_time()
    size = sum(map(len, written(way)))
    found = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "size": size}
    print(json.dumps({**found, "rows": Signature.objects.count()}))
