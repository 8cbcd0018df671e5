"""The limit on a network: from when on its signatures are quarantined, and its emails spaced.

The statement that signs (`signing.prepared_statements`) contains these parts, which count the tries
to sign (`moderation.tries`).
"""

from django.conf import settings

from campaigns.signatures import networks

# These parts compare times with clock_timestamp(), which changes while a statement runs, so that
# PostgreSQL can use no index for these times except that of a network. Otherwise, on the night on
# which a petition goes viral, it would rely on yesterday's statistics, expect few tries of today,
# and read all of them for each new signature, by the index of their times.

# How many tries this network has made within a day; counts no further than the limit.
RECENT = """
    SELECT count(*) AS sustained,
        count(*) FILTER (WHERE tried_at > clock_timestamp() - interval '10 minutes') AS burst
    FROM (
        SELECT tried_at FROM campaigns_signingtry
        WHERE tally_id = %(tally)s AND network_key = %(network_key)s
          AND tried_at > clock_timestamp() - interval '1 day'
        ORDER BY tried_at DESC LIMIT %(sustained)s
    ) AS latest
"""

# Whether too many tries came from a wider range of IPv6 networks. IPv4 has no ranges.
IN_RANGE = """
    SELECT count(*) >= %(sustained_{0})s OR count(*) FILTER (
        WHERE tried_at > clock_timestamp() - interval '10 minutes') >= %(burst_{0})s AS is_full
    FROM (
        SELECT tried_at FROM campaigns_signingtry
        WHERE tally_id = %(tally)s AND network_key BETWEEN %(first_{0})s AND %(last_{0})s
          AND tried_at > clock_timestamp() - interval '1 day'
        ORDER BY network_key LIMIT %(sustained_{0})s
    ) AS latest
"""
IN_RANGES = " UNION ALL ".join(IN_RANGE.format(length) for length in networks.WIDER)
WIDE = f"SELECT bool_or(is_full) AS is_full FROM ({IN_RANGES}) r"

# Beyond a network's limit, its emails are spaced as the limit allows. A school behind one IP
# address gets all of its emails, and somebody who types other people's email addresses reaches few
# of them.
DUE_AT = """
    CASE WHEN reason IN ('burst', 'sustained')
        THEN greatest(campaigns_last_mail(%(network_key)s, %(tally)s), clock_timestamp())
            + CASE reason
                WHEN 'burst' THEN interval '10 minutes' / greatest(%(burst)s, 1)
                ELSE interval '1 day' / greatest(%(sustained)s, 1) END
        ELSE clock_timestamp() END
"""


def limits(*, burst: int | None = None, sustained: int | None = None) -> dict[str, int]:
    """Return how many signatures from one network a petition accepts before it quarantines more.

    The numbers apply to ten minutes ("burst") and to a day ("sustained"). For a wider range, the
    prefix length is part of the name ("burst_48"). None means the number in the settings.
    """
    own = {
        "burst": settings.SIGNING_BURST if burst is None else burst,
        "sustained": settings.SIGNING_SUSTAINED if sustained is None else sustained,
    }
    return own | {
        f"{name}_{length}": limit * times
        for length, times in networks.WIDER.items()
        for name, limit in own.items()
    }
