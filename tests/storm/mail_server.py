"""A mail server in a process of its own, so that it can be killed. How it is in its mood file."""

import asyncio
import json
import os
import sys
from pathlib import Path

from aiosmtpd.controller import UnthreadedController


class Server:
    """Writes down who has got mail before it says so, and keeps the newest text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = os.open(folder / "received", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def mood(self) -> dict:
        return json.loads((self.folder / "mood.json").read_text())

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if code := self.mood()["answers"].get(address):
            return f"{code} not that one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(self.mood()["pause"])
        (self.folder / "newest").write_bytes(envelope.content)
        for address in envelope.rcpt_tos:
            os.write(self.ledger, f"{address}\n".encode())
        return "250 OK"


def serve(port: int, folder: Path) -> None:
    loop = asyncio.new_event_loop()
    UnthreadedController(Server(folder), hostname="127.0.0.1", port=port, loop=loop).begin()
    loop.run_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
