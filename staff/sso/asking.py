"""Requests to the provider, which end in time, however slowly it answers."""

from threading import Timer
from typing import Any

import requests
from django.conf import settings

from campaigns.sync.connecting import Cuttable, Wire

# The timeout of requests begins anew with each byte. A thread of the CMS waits for the whole.
LONGEST = 10.0  # seconds


class Session(requests.Session):
    """A session in which no request takes longer than LONGEST, with all its redirects."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request. Raises RequestException, also where the time was over."""
        wire = Wire()
        for scheme in ("http://", "https://"):
            adapter = Cuttable()
            adapter.wire = wire
            self.mount(scheme, adapter)
        clock = Timer(LONGEST, wire.cut)
        clock.daemon = True
        clock.start()
        try:
            kwargs.setdefault("timeout", settings.SOCIALACCOUNT_REQUESTS_TIMEOUT)
            response = super().request(*args, **kwargs)
        finally:
            clock.cancel()
            wire.let_go()
        if wire.is_cut:  # what ends only with the connection seems to be whole
            raise requests.ReadTimeout
        return response
