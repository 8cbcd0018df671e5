"""python -m bench.inside bench.ours.sowing NUMBER: sows signatures over twelve petitions.

The database looks as after sixty days of signing, confirming and mailing: the states, email keys
and emails of the signatures are realistic; names, places, comments and sources come from short
lists. The digests of what was typed are random, so confirmation links do not work.

Triggers that record changes of the totals are disabled meanwhile, and the totals are counted from
all rows afterwards, as `manage.py recount` does. Constraints and foreign keys are checked for each
row. Indexes that are not unique are created afterwards, as when a database is restored.
"""

import hashlib
import time
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bench.ours.content import make_petition
from campaigns.counting import arrivals, counting, surveying
from campaigns.mail import sent
from campaigns.models import CampaignPage, Petition, Signature

PETITIONS, DAYS, CHUNK = 12, 60, 100_000
WORDS = {
    "firsts": """Amina Ada Bela Chen Dario Eszter Farid Goran Hana Ivo Jana Kofi Lucia Miren Nadia
        Oskar Paula Quentin Rosa Samir Tove Uma Vera Wanda Xenia Yusuf Zora Anders Beatriz Carlo
        Dilara Emil Fatou Gita Hugo Irena Jonas Katya Leila Marek""",
    "lasts": """Abbott Berger Castro Dimitrov Eriksen Fischer Garcia Horvat Ivanova Jensen Kaya
        Lindqvist Moreau Novak Okafor Petrov Quist Rossi Schmidt Tanaka Ustinov Vogel Weber Xu
        Yilmaz Zeman Almeida Bakker Cohen Duarte Elmi Farkas Gruber Haddad Ito Jovic Klein
        Larsen""",
    "domains": """mail.example mail.example mail.example mail.example post.example post.example
        web.example web.example inbox.example letters.example uni.example city.example""",
    "countries": "GB GB GB DE DE FR FR ES IT NL PL SE KE BR IN US",
    "sources": "leaflet newsletter f f m w link.1 link.2 radio fair",
}
COMMENT = "My children learned to swim there, and theirs should too. Number"
# Columns that are computed from each other, from the innermost query outwards.
NUMBERED = """
    SELECT n, moment AS signed_at, tally,
        CASE WHEN moment < now() - interval '7 days' OR random() < 0.8
            THEN moment + random() * random() * interval '3 hours' END AS confirmed_at,
        (%(firsts)s::text[])[1 + floor(random() * %(firsts_of)s)::int] AS first,
        (%(lasts)s::text[])[1 + floor(random() * %(lasts_of)s)::int] AS last,
        CASE WHEN n %% 20000 = 7 THEN 'seldom.example'
            ELSE (%(domains)s::text[])[1 + floor(random() * %(domains_of)s)::int] END AS domain,
        random() AS luck, random() AS chance, random() AS share
    FROM (
        SELECT n, now() - interval '1 minute'
            - (%(total)s - n) * (interval '%(days)s days' / %(total)s) AS moment,
            1 + floor(%(number)s * random() ^ 2)::int AS tally
        FROM generate_series(%(first)s, %(last)s) AS n
    ) AS placed
"""
# HMAC-SHA-256 with SIGNATURE_KEY, as `email_keys.mailbox_key` computes it.
EMAIL_KEY = """sha256(%(outer)s::bytea || sha256(%(inner)s::bytea
    || convert_to((%(tallies)s::bigint[])[tally] || ':' || email, 'UTF8')))"""
TIME_ORDERED = """(lpad(to_hex((extract(epoch FROM signed_at) * 1000)::bigint), 12, '0') || '7'
    || left(md5(random()::text), 3) || '8' || left(md5(random()::text), 15))::uuid"""
RANDOM = "decode(left(md5(random()::text), 16), 'hex')"
COLUMNS = {
    "id": TIME_ORDERED,
    "tally_id": "(%(tallies)s::bigint[])[tally]",
    "email_key": EMAIL_KEY,
    "household_slot": "1",
    "name": "first || ' ' || last",
    "email": "email",
    "country": """CASE WHEN share < 0.9 THEN
        (%(countries)s::text[])[1 + floor(random() * %(countries_of)s)::int] END""",
    "postcode": "CASE WHEN chance < 0.6 THEN (10000 + (luck * 89999)::int)::text END",
    "comment": f"CASE WHEN share < 0.1 THEN '{COMMENT} ' || n END",
    "comment_as": "CASE WHEN share < 0.03 THEN first END",
    "comment_state": "CASE WHEN share < 0.03 THEN 'shown' END",
    "updates": "luck < 0.4",
    "shown_as": "CASE WHEN chance < 0.2 THEN first || ' ' || left(last, 1) || '.' END",
    "shown_at": """CASE WHEN chance < 0.2 AND moderated = ''
        THEN confirmed_at + interval '5 minutes' END""",
    "language": "CASE WHEN share < 0.8 THEN 'en' WHEN share < 0.9 THEN 'fr' ELSE 'de' END",
    "signed_at": "signed_at",
    "confirmed_at": "confirmed_at",
    "proven_at": "confirmed_at",
    "typed_digest": RANDOM,
    "sent_mails": """CASE WHEN confirmed_at < now() - interval '2 days' THEN
        '\\x01'::bytea || int2send((signed_at::date - '2020-01-01'::date)::int2)
        || '\\x09'::bytea || int2send((confirmed_at::date - '2020-01-01'::date)::int2) END""",
    "moderation": "moderated",
    "moderation_reason": """CASE moderated WHEN 'quarantined' THEN 'burst'
        WHEN 'invalidated' THEN 'A flood of fakes' ELSE '' END""",
    "channel": "CASE WHEN chance > 0.94 THEN 'embed' ELSE 'form' END",
    "page_id": "CASE WHEN tally = 1 THEN %(page)s::int END",
    "source": """CASE WHEN chance < 0.3
        THEN (%(sources)s::text[])[1 + floor(random() * %(sources_of)s)::int] ELSE '' END""",
    "framed_by": "CASE WHEN chance > 0.94 THEN 'partner.example' ELSE '' END",
    "version_id": "(%(versions)s::bigint[])[tally]",
    "network_key": """CASE WHEN signed_at > now() - interval '2 days'
        THEN sha256(random()::text::bytea) END""",
}
SOW = f"""
    INSERT INTO campaigns_signature ({", ".join(COLUMNS)})
    SELECT {", ".join(COLUMNS.values())}
    FROM (
        SELECT *, lower(first) || '.' || lower(last) || n || '@' || domain AS email,
            CASE WHEN luck > 0.997 THEN 'invalidated' WHEN luck > 0.985 THEN 'quarantined'
                ELSE '' END AS moderated
        FROM ({NUMBERED}) AS numbered OFFSET 0
    ) AS sown ORDER BY n
"""
# The emails of the last two days, and those to unconfirmed signers, are still in the outbox.
MAILS = """
    INSERT INTO campaigns_outgoingmail
        (signature_id, kind, due_at, attempts, outcome, ended_at, recipient_key)
    SELECT id, kind, moment, 1, 'sent', moment + interval '1 second',
        CASE WHEN kind = 'confirm' AND moment > now() - interval '2 days'
            THEN sha256(random()::text::bytea) END
    FROM campaigns_signature CROSS JOIN LATERAL (
        VALUES ('confirm', signed_at), ('thanks', confirmed_at),
            ('reminder', CASE WHEN confirmed_at IS NULL AND signed_at < now() - interval '50 hours'
                THEN signed_at + interval '49 hours' END)
    ) AS mail (kind, moment)
    WHERE sent_mails IS NULL AND moment IS NOT NULL ORDER BY moment
"""
# What the limits of networks count.
TRIES = """
    INSERT INTO campaigns_signingtry (tally_id, network_key, tried_at, due_at)
    SELECT tally_id, network_key, signed_at, signed_at FROM campaigns_signature
    WHERE network_key IS NOT NULL AND signed_at > now() - interval '1 day'
"""

# The indexes that only find rows, and do not enforce uniqueness.
INDEXES = """
    SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
"""
TABLES = ["campaigns_signature", "campaigns_outgoingmail"]


def main(number: str) -> None:
    began = time.monotonic()
    sow(int(number))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    print(f"{number} signatures in {time.monotonic() - began:.1f} s")


def sow(total: int) -> None:
    """Sow this many signatures into a database that has none; count them, and survey them."""
    if Signature.objects.exists():
        raise SystemExit("This database has signatures already.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE campaigns_signature DISABLE TRIGGER USER")
        values = given(total)
        cursor.execute(INDEXES, [TABLES])
        indexes = cursor.fetchall()
        for drop, _make in indexes:
            cursor.execute(drop)
        for first in range(1, total + 1, CHUNK):
            last = min(first + CHUNK - 1, total)
            cursor.execute(SOW, {**values, "first": first, "last": last})
        cursor.execute(MAILS)
        cursor.execute(TRIES)
        cursor.execute("SET LOCAL maintenance_work_mem TO '512MB'")
        for _drop, make in indexes:
            cursor.execute(make)
        cursor.execute("ALTER TABLE campaigns_signature ENABLE TRIGGER USER")
    counting.recount()
    surveying.survey()
    arrivals.roll_up()


def given(total: int) -> dict[str, Any]:
    """Return the parameters of SOW, except for the first and the last number."""
    petitions = list(Petition.objects.order_by("pk"))
    petitions += [
        make_petition(f"Keep river {number} free") for number in range(len(petitions), PETITIONS)
    ]
    lists = {name: words.split() for name, words in WORDS.items()}
    key = settings.SIGNATURE_KEY.encode()
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return {
        **lists,
        **{f"{name}_of": len(words) for name, words in lists.items()},
        "inner": bytes(byte ^ 0x36 for byte in key),
        "outer": bytes(byte ^ 0x5C for byte in key),
        "tallies": [petition.tally.pk for petition in petitions],
        "versions": [getattr(petition.version, "pk", None) for petition in petitions],
        "page": CampaignPage.objects.values_list("pk", flat=True).first(),
        "number": len(petitions),
        "total": total,
        "days": DAYS,
    }


assert sent.SIZE == 3  # COLUMNS encodes the emails itself.
