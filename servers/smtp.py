"""Mail servers for tests: one in this process, and one in a process that may be killed."""

import asyncio
import contextlib
import email
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller, UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from servers.ports import HOST, answers, free_port
from servers.processes import Process


class Mailbox:
    """The emails that a server has accepted: parsed (`messages`) and as sent (`envelopes`)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.stop_listening: Callable[[], None]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        self.messages.append(email.message_from_bytes(content_of(envelope), policy=policy))
        return "250 OK"


def content_of(envelope: Envelope) -> bytes:
    """Return the email as it arrived: without `decode_data`, the server passes bytes."""
    assert isinstance(envelope.content, bytes)
    return envelope.content


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server in a thread of this process, and yield the mailbox that it fills."""
    taken = Mailbox(free_port())
    controller = Controller(taken, hostname=HOST, port=taken.port)
    controller.start()
    assert controller.server
    taken.stop_listening = controller.server.close
    try:
        yield taken
    finally:
        controller.stop()


class Server:
    """A mail server in a process of its own, which may be killed and started again.

    It records the emails that it has accepted in its folder. `be` sets its behaviour.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: Process | None = None

    def start(self) -> None:
        self.process = Process(
            *(sys.executable, "-m", "servers.smtp", str(self.port), self.folder),
            log=self.folder / "log",
        )
        self.process.wait_until(lambda: answers(self.port))

    def kill(self) -> None:
        if self.process:
            self.process.signal(signal.SIGKILL)
            self.process.process.wait()
            self.process = None

    def be(self, *, pause: float = 0, answers: dict[str, int] | None = None) -> None:
        """Set the seconds before each response, and the response codes for single recipients."""
        new = self.folder / "new"
        new.write_text(json.dumps({"pause": pause, "answers": answers or {}}))
        new.rename(self.folder / "mood.json")

    @property
    def received(self) -> Counter[str]:
        """The number of emails that each recipient has got."""
        return Counter((self.folder / "received").read_text().split())


class Ledger:
    """The handler in the server's process, which records each recipient before acknowledging."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.received = os.open(folder / "received", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def mood(self) -> dict[str, Any]:
        mood: dict[str, Any] = json.loads((self.folder / "mood.json").read_text())
        return mood

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if code := self.mood()["answers"].get(address):
            return f"{code} {code // 100}.1.1 not that one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.mood()["pause"])
        for address in envelope.rcpt_tos:
            os.write(self.received, f"{address}\n".encode())
        return "250 OK"


def serve(port: int, folder: Path) -> None:
    loop = asyncio.new_event_loop()
    UnthreadedController(Ledger(folder), hostname=HOST, port=port, loop=loop).begin()
    loop.run_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
