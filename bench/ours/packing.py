"""python -m bench.inside bench.ours.packing NUMBER [FILE]: makes a pack of this many names.

Of a hundred names, six are Arabic, six in Devanagari and six Chinese, from short lists. Prints the
seconds, the processor seconds, and the memory of this process before and at its peak. The last file
of the pack, the document, is written to FILE.
"""

import io
import json
import resource
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.db import connection, transaction

from bench.ours.content import make_petition
from bench.ours.sowing import WORDS
from campaigns.handover import pack
from campaigns.models import Petition

NAMES = {
    "arabic": ["محمد العليّ", "فاطمة الزهراء", "يوسف بن أحمد", "مريم حدّاد"],
    "devanagari": ["अनिता शर्मा", "विक्रम सिंह", "श्रीकृष्ण त्रिपाठी", "लक्ष्मी नायर"],
    "chinese": ["李小龍", "王芳", "张伟", "歐陽娜娜"],
}
SOW = """
    INSERT INTO campaigns_signature (id, tally_id, household_slot, name, country, updates, language,
        signed_at, confirmed_at, moderation, moderation_reason, channel, source)
    SELECT gen_random_uuid(), %(tally)s, 1,
        CASE WHEN n %% 100 < 6 THEN (%(arabic)s::text[])[1 + n / 100 %% 4]
            WHEN n %% 100 < 12 THEN (%(devanagari)s::text[])[1 + n / 100 %% 4]
            WHEN n %% 100 < 18 THEN (%(chinese)s::text[])[1 + n / 100 %% 4]
            ELSE (%(firsts)s::text[])[1 + floor(random() * 40)::int] || ' '
                || (%(lasts)s::text[])[1 + floor(random() * 37)::int] END,
        (%(countries)s::text[])[1 + floor(random() * 16)::int], false, 'en',
        now() - random() * interval '400 days', now(), '', '', 'paper', ''
    FROM generate_series(1, %(number)s) AS n
"""


def main(number: str, file: str = "") -> None:
    petition = make_petition("Keep all rivers free")
    sow(petition, int(number))
    before, began, cpu = megabytes(), time.monotonic(), time.process_time()
    with transaction.atomic():
        pieces = [piece.content for piece in pack.made(petition, advance=lambda done: None)]
    found = {
        "seconds": round(time.monotonic() - began, 1),
        "cpu": round(time.process_time() - cpu, 1),
        "megabytes before": before,
        "megabytes at most": megabytes(),
        "size": sum(map(len, pieces)),
    }
    print(json.dumps(found))
    if file:
        with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            Path(file).write_bytes(archive.read(f"{petition.slug}.pdf"))


def sow(petition: Petition, number: int) -> None:
    words = {name: text.split() for name, text in WORDS.items()}
    values: dict[str, Any] = {**words, **NAMES, "tally": petition.tally.pk, "number": number}
    with connection.cursor() as cursor:
        cursor.execute(SOW, values)


def megabytes() -> int:
    """Return the peak memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
