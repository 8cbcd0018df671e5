"""python -m bench.mail.loop PORT FILE [PROCESSES]: sends ready-made emails, and does nothing else.

Each process has one connection, and its part of the emails. Prints the number of emails per second
as `Message` objects, which smtplib has to serialise, and as bytes.
"""

import email
import json
import smtplib
import sys
import time
from base64 import b64decode
from concurrent.futures import ProcessPoolExecutor
from email.message import Message
from email.policy import SMTP
from multiprocessing import Manager
from threading import Barrier

from servers.ports import HOST


def ready(path: str, part: int, of: int) -> list[tuple[str, list[str], Message]]:
    with open(path) as file:
        return [
            (sender, to, email.message_from_bytes(b64decode(content), policy=SMTP))
            for sender, to, content in json.load(file)[part::of]
        ]


def send(port: int, path: str, part: int, of: int, begin: Barrier) -> tuple[float, float, int]:
    """Send a part of the emails; return the seconds, the processor time, and the number."""
    messages = ready(path, part, of)
    with smtplib.SMTP(HOST, port) as connection:
        begin.wait()
        cpu, began = time.process_time(), time.monotonic()
        for sender, to, message in messages:
            connection.send_message(message, sender, to)
        return time.monotonic() - began, time.process_time() - cpu, len(messages)


def send_bytes(port: int, path: str) -> float:
    """Return the number of emails per second if they are sent as bytes."""
    messages = [(sender, to, message.as_bytes()) for sender, to, message in ready(path, 0, 1)]
    with smtplib.SMTP(HOST, port) as connection:
        began = time.monotonic()
        for sender, to, content in messages:
            connection.sendmail(sender, to, content)
        return len(messages) / (time.monotonic() - began)


def main(port: int, path: str, processes: int) -> dict[str, float]:
    with Manager() as manager, ProcessPoolExecutor(processes) as pool:
        begin = manager.Barrier(processes)
        parts = [pool.submit(send, port, path, part, processes, begin) for part in range(processes)]
        took, used, number = zip(*(part.result() for part in parts), strict=True)
    flat = send_bytes(port, path) if processes == 1 else 0.0
    total = sum(number)
    return {"rate": total / max(took), "cpu": sum(used) * 1000 / total, "flat": flat}


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(main(int(given[0]), given[1], int(given[2]) if len(given) > 2 else 1)))
