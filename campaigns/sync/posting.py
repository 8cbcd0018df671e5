"""Send one request to a receiver: never into a private network, and always within a time limit.

Staff enter the URL of a receiver, and the server that responds is untrusted. So a host name is
resolved once and the connection goes to that IP address (requests-hardened); no redirect is
followed; and no more of the response is read than the caller wants.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress

from campaigns.sync.connecting import Adapter, Wire
from campaigns.sync.delivery import Problem

log = logging.getLogger(__name__)

CONNECT, READ = 5.0, 10.0  # seconds without a byte
# Limits the whole request, for servers that send a byte now and then.
DEADLINE = 20.0  # seconds
LARGEST = 256 * 1024  # bytes of a response
USER_AGENT = "Lastdrop"
THREAD = "receiver"


class Answer(NamedTuple):
    status: int
    retry_after: str
    content: bytes


class NotSent(Exception):
    """There was no response. The argument is a Problem."""

    @property
    def problem(self) -> Problem:
        found: Problem = self.args[0]
        return found


def send(
    url: str,
    *,
    method: str = "POST",
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    largest: int = 0,
) -> Answer:
    """Send a request; read at most `largest` bytes of the response. Raises NotSent."""
    promised: Future[Answer] = Future()
    wire = Wire()

    def run() -> None:
        try:
            promised.set_result(
                exchange(url, wire, method=method, body=body, headers=headers, largest=largest)
            )
        except BaseException as error:
            promised.set_exception(error)
        finally:
            wire.let_go()

    # A thread can be abandoned. It ends with its connection, which a server might fill for ever.
    Thread(target=run, name=THREAD, daemon=True).start()
    try:
        return promised.result(timeout=DEADLINE)
    except TimeoutError:
        wire.cut()
        raise NotSent(Problem.SLOW) from None
    except requests.RequestException as error:
        raise NotSent(problem_of(error)) from None
    except Exception as error:
        # The URL is invalid, or our code has a bug. Neither must end the round: the next round
        # would begin with this event again.
        log.warning("A receiver cannot be reached: %s", type(error).__name__)
        raise NotSent(Problem.REFUSED) from None


def exchange(
    url: str,
    wire: Wire,
    *,
    method: str,
    body: str | None,
    headers: Mapping[str, str] | None,
    largest: int,
) -> Answer:
    scheme = urlsplit(url).scheme
    is_local = settings.RECEIVERS_ON_LOOPBACK
    if scheme != "https" and not (is_local and scheme == "http"):
        raise requests.exceptions.InvalidSchema
    with requests.Session() as session:
        session.trust_env = False  # use no proxy and no password of the machine
        for each in ("http", "https"):
            adapter = Adapter(wire, is_https=each == "https", is_local=is_local)
            session.mount(f"{each}://", adapter)
        with session.request(
            method,
            url,
            data=body.encode() if body is not None else None,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})},
            timeout=(CONNECT, READ),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = response.raw.read(largest + 1) if largest else b""
            if len(content) > largest:
                raise requests.exceptions.ContentDecodingError
            return Answer(response.status_code, response.headers.get("Retry-After", ""), content)


def problem_of(error: requests.RequestException) -> Problem:
    """Return the problem as one value: the error's own text may contain what was sent."""
    if isinstance(error, InvalidIPAddress):
        return Problem.PRIVATE
    if isinstance(error, requests.exceptions.SSLError):
        return Problem.TLS
    if isinstance(error, requests.Timeout):
        return Problem.SLOW
    if "resolve" in str(error):
        return Problem.NAME
    return Problem.REFUSED
