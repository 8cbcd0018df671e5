"""The maximum age of what readers see, including the count: ten seconds in all.

Pages are cached for a short time, since petitions open and close by the clock. A proxy may serve
its copy for one second more while it fetches a newer one, and all requests for a page within one
second get the same new copy. Together with CACHE_SECONDS, the template fragments and the worker's
interval between two counts, no reader sees anything that is more than ten seconds old
(docs/adr/0008-what-a-process-caches.md, docs/adr/0025-signing-apart-from-reading.md).
"""

PUBLIC_SECONDS = 3
RENEWING_SECONDS = 1
JOINING_SECONDS = 1
FRAGMENT_SECONDS = 1
