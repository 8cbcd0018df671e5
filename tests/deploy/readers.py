"""Readers in a process of their own, so that they do not slow down the measuring process.

python -m tests.deploy.readers PORT PATH: until it is stopped, forty readers on twenty networks
request pages of the list that are not in the cache, and PATH, which is.
"""

import contextlib
import http.client
import itertools
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from servers.nginx import HOST
from servers.ports import HOST as LOOPBACK

READERS, NETWORKS = 40, 20
NUMBERS = itertools.count(1)


def read(reader: int, port: int, path: str) -> None:
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    source = (f"127.0.2.{reader % NETWORKS + 1}", 0)
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            client = http.client.HTTPConnection(HOST, port)
            plain = socket.create_connection((LOOPBACK, port), 30, source)
            client.sock = tls.wrap_socket(plain, server_hostname=HOST)
            with contextlib.closing(client):
                for _ in range(50):
                    for asked in (f"/api/petitions/?page={next(NUMBERS) % 9999}", path):
                        client.request("GET", asked)
                        client.getresponse().read()
                    time.sleep(0.05)


if __name__ == "__main__":
    with ThreadPoolExecutor(READERS) as pool:
        for number in range(READERS):
            pool.submit(read, number, int(sys.argv[1]), sys.argv[2])
