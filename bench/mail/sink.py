"""python -m bench.mail.sink PORT [SECONDS]: a mail server that takes everything, and only counts.

It answers so many seconds after it has received an email: at once unless they are given.
"""

import asyncio
import sys
import time

from servers.ports import HOST


class Count:
    number = 0
    first = last = 0.0


TAKEN = b"250 taken\r\n"
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0


class Sink(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.in_data:
            if not self.received.endswith(b"\r\n.\r\n"):
                return
            self.received, self.in_data = b"", False
            Count.last = time.monotonic()
            Count.first = Count.first if Count.number else Count.last
            Count.number += 1
            if SECONDS:
                asyncio.get_running_loop().call_later(SECONDS, self.transport.write, TAKEN)
            else:
                self.transport.write(TAKEN)
        while b"\r\n" in self.received and not self.in_data:
            line, _, self.received = self.received.partition(b"\r\n")
            self.answer(line[:4].upper())

    def answer(self, verb: bytes) -> None:
        if verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250 8BITMIME\r\n")
        elif verb == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"NOTE":  # not SMTP: the bench reads the counter, or resets it (ZERO)
            self.transport.write(f"250 {Count.number} {Count.last - Count.first}\r\n".encode())
        elif verb == b"ZERO":
            Count.number = 0
            self.transport.write(b"250 ok\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
