"""Connect to a receiver: to a public address only, and so that another thread can cut it off.

`staff.sso` cuts off its provider in the same way.
"""

import contextlib
import socket
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Any

from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

# All that IANA has given out for the internet. What is outside may lead to an IPv4 address, or to
# a network of one's own (fec0::/10).
GLOBAL = ip_network("2000::/3")
# By this public address, machines at Azure reach the host that they run on.
AZURE = ip_address("168.63.129.16")


class Wire:
    """The connection of one request. Whoever has given the request up cuts it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.held: list[socket.socket] = []
        self.is_cut = False

    def hold(self, connected: socket.socket) -> None:
        """Remember a connection, which TLS may take over; close it at once if it comes too late."""
        with self.lock:
            self.held.append(connected.dup())
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        """End the connection in both directions: whoever reads from it gets nothing more."""
        with self.lock:
            self.is_cut = True
            for each in self.held:
                with contextlib.suppress(OSError):  # the server has ended it
                    each.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close what is remembered, when the request has ended."""
        with self.lock:
            for each in self.held:
                each.close()
            self.held.clear()


class Cuttable(HTTPAdapter):
    """Shows its connections to a wire."""

    wire: Wire

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the connections of urllib3, for requests."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        wire, kind = self.wire, pool.ConnectionCls

        class Connection(kind):  # type: ignore[misc, valid-type] # http or https
            def _new_conn(self) -> socket.socket:
                connected: socket.socket = super()._new_conn()
                wire.hold(connected)
                return connected

        pool.ConnectionCls = Connection
        return pool


class Adapter(Cuttable, IPFilterAdapter):
    """Refuses addresses that are not public."""

    def __init__(self, wire: Wire, *, is_https: bool, is_local: bool) -> None:
        super().__init__(is_https, allow_loopback=is_local)
        self.wire = wire

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Look the host name up, for requests. Raises InvalidIPAddress."""
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        found = ip_address(host_params["host"].strip("[]"))
        is_elsewhere = found.version == 6 and found not in GLOBAL and not found.is_loopback
        if is_elsewhere or found == AZURE:
            raise InvalidIPAddress(found)
        return host_params, pool_kwargs
