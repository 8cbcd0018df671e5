"""The demo's signatures: who signs what, from where, and when."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from campaigns.mail import sent
from campaigns.mail.outbox import MailKind
from campaigns.models import Ask, CampaignPage, OutgoingMail, Petition, Signature
from campaigns.signatures import public_comments, public_signers
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.email_keys import email_key
from demo import people

SOURCE = "demo"
BATCH = 2000
HOUR = timedelta(hours=1)
# The maximum age of a pending signature, whose email is still unread in an inbox.
UNREAD = timedelta(days=6)

# For each country, the kind of names, and the language that most people there read.
PLACES = {
    "GB": ("english", "en"), "IE": ("english", "en"), "US": ("english", "en"),
    "CA": ("english", "en"), "AU": ("english", "en"), "NZ": ("english", "en"),
    "FR": ("french", "fr"), "BE": ("french", "fr"), "SN": ("african", "fr"),
    "DE": ("german", "de"), "AT": ("german", "de"), "CH": ("german", "de"),
    "ES": ("spanish", "es"), "MX": ("spanish", "es"), "AR": ("spanish", "es"),
    "CL": ("spanish", "es"), "IT": ("italian", "en"), "PT": ("portuguese", "en"),
    "BR": ("portuguese", "en"), "NL": ("dutch", "en"), "SE": ("nordic", "en"),
    "NO": ("nordic", "en"), "DK": ("nordic", "en"), "PL": ("polish", "en"),
    "RU": ("russian", "ru"), "KZ": ("russian", "ru"), "UA": ("ukrainian", "en"),
    "GR": ("greek", "en"), "TR": ("turkish", "en"), "EG": ("arabic", "ar"),
    "MA": ("arabic", "ar"), "TN": ("arabic", "ar"), "LB": ("arabic", "ar"),
    "IR": ("persian", "en"), "IN": ("hindi", "en"), "TW": ("chinese", "en"),
    "JP": ("japanese", "en"), "KR": ("korean", "en"), "NG": ("african", "en"),
    "KE": ("african", "en"), "ZA": ("african", "en"),
}  # fmt: skip

RUSSIA_CROWD = "GB:16 DE:13 FR:11 US:10 NL:9 RU:9 ES:6 IT:6 SE:5 PL:4 CH:4 NO:3 AU:3 UA:2 CA:2 BR:1"
RIVER_CROWD = (
    "DE:13 AT:8 CH:7 FR:11 ES:9 GB:8 IT:6 GR:5 PL:5 TR:5 UA:4 RU:4 PT:3 NL:3 US:3 EG:2 MA:2 LB:2 "
    "IN:3 TW:2 JP:2 KR:1 BR:2 MX:2 AR:1 CL:1 KE:2 NG:1 ZA:1 SN:1 IR:1"
)
CITY_CROWD = "GB:58 IE:8 PL:7 TR:5 IN:5 EG:4 NG:4 TW:3 UA:3 PT:3 GR:2 IR:2 FR:2 KZ:1 KE:1"

# How many people sign at each hour: most in the evening, and many at noon.
BY_HOUR = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 13, 11, 9, 9, 10, 11, 12, 14, 16, 15, 10, 5]
BY_WEEKDAY = [1.1, 1.15, 1.1, 1.0, 0.85, 0.6, 0.75]

COMMENTS = {
    "en": [
        "I learned to swim in a river like this one.",
        "Repair what you have before you build what you do not need.",
        "My children should see a river that has not been straightened.",
        "Too many of our rivers are gone already.",
        "I have paddled the Talva twice. Leave it as it is.",
        "Eleven thousand households? Insulate eleven thousand roofs.",
    ],
    "fr": [
        "Une rivière libre, cela ne se répare pas une fois qu’on l’a perdue.",
        "Pour mes petits-enfants, qui pêchent déjà mieux que moi.",
        "Réparez d’abord les turbines.",
    ],
    "es": [
        "Los ríos no tienen dueño.",
        "Aquí perdimos el nuestro hace treinta años. No lo repitan.",
        "Por el agua, por los peces y por quienes viven allí.",
    ],
    "de": [
        "Erst reparieren, dann reden.",
        "Ich bin dort gewandert. So laut kann Stille sein.",
        "Ein Stausee ist kein Fluss.",
    ],
    "ru": ["Реки должны течь.", "У нас такую уже перекрыли. Жалеют все."],
    "ar": ["النهر ملك للجميع.", "دعوا الماء يجري."],
}  # fmt: skip


class Wave(NamedTuple):
    """A wave of signatures that begins `day` days after the opening.

    After `fades` days it has fallen to a third.
    """

    day: float
    strength: float
    fades: float


@dataclass(frozen=True)
class Crowd:
    confirmed: int
    countries: str
    waves: tuple[Wave, ...]
    pending: int = 0

    @property
    def places(self) -> tuple[list[str], list[int]]:
        """The countries and their weights, from a text such as "GB:16 DE:13"."""
        pairs = [pair.split(":") for pair in self.countries.split()]
        return [code for code, _ in pairs], [int(often) for _, often in pairs]


CROWDS = {
    "let-russia-speak": Crowd(
        4871, RUSSIA_CROWD, (Wave(0, 1, 7), Wave(34, 0.35, 6), Wave(85, 0.3, 4))
    ),
    "keep-the-talva-free": Crowd(
        3412, RIVER_CROWD, (Wave(0, 1, 5), Wave(16, 0.3, 4), Wave(35, 0.45, 3)), pending=297
    ),
    "keep-harbour-lane-open": Crowd(688, CITY_CROWD, (Wave(0, 1, 4), Wave(20, 0.5, 4)), pending=58),
    "bring-back-the-night-bus": Crowd(1126, CITY_CROWD, (Wave(0, 1, 6),)),
    "keep-radio-kettle-on-air": Crowd(842, CITY_CROWD, (Wave(0, 0.5, 9), Wave(30, 1, 4))),
    "save-the-trees-on-foundry-road": Crowd(1164, CITY_CROWD, (Wave(0, 1, 6), Wave(49, 0.9, 4))),
}


def sign(petition: Petition, page: CampaignPage, *, share: float, now: datetime) -> int:
    """Create a share of the signatures of a petition; return their number. No email becomes due."""
    crowd = CROWDS.get(petition.slug)
    if crowd is None:
        return 0
    assert petition.opens_at
    # Its goal is older than the signatures, so that the timeline tells when it was reached.
    published = dict.fromkeys(("first_published_at", "last_published_at"), petition.opens_at)
    Petition.objects.filter(pk=petition.pk).update(**published)
    random, tally = Random(petition.slug), petition.tally
    end = min(filter(None, [now, petition.closes_at, tally.paused_at, tally.won_at]))
    confirmed, pending = (math.ceil(n * share) for n in (crowd.confirmed, crowd.pending))
    times = moments(petition.opens_at, end, crowd.waves, random, count=confirmed)
    recent = moments(now - UNREAD, end, (), random, count=pending)
    is_anonymous = is_anonymised(petition, now)
    rows = []
    for number, moment in enumerate(times + recent, start=1):
        place = random.choices(*crowd.places)[0]
        row = impersonal(petition, place)
        if is_anonymous:
            row |= anonymised(petition, moment)
        else:
            row |= personal(petition, place, number, random)
            row |= {"page": page if random.random() < 0.9 else None, "signed_at": moment}
            if number <= confirmed:
                row["confirmed_at"] = confirmation(petition, moment, end, random)
                row["sent_mails"] = first_email(petition, moment)
                if petition.confirms_by_email:
                    row["proven_at"] = row["confirmed_at"]
        rows.append(Signature(id=time_ordered(row["signed_at"], random), **row))
    rows.sort(key=lambda row: row.id)
    if petition.shows_comments:
        show_comments(rows)
    Signature.objects.bulk_create(rows, batch_size=BATCH)
    # The signers do not exist, so their emails are recorded as already sent.
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            signature=row,
            kind=OutgoingMail.Kind.REMINDER,
            due_at=row.signed_at,
            ended_at=row.signed_at,
            outcome=OutgoingMail.Outcome.SENT,
            attempts=1,
        )
        for row in rows
        if row.confirmed_at is None
    )
    return len(rows)


def show_comments(rows: list[Signature]) -> None:
    """Mark the newest of each set of equal comments as approved, but leave two to be moderated."""
    newest = {row.comment: row for row in rows if row.comment and row.confirmed_at}
    for place, row in enumerate(newest.values()):
        row.comment_as = public_comments.first_name(row.name or "")
        row.comment_state = CommentState.WAITING if place < 2 else CommentState.SHOWN


def data_ends_at(petition: Petition) -> datetime | None:
    return petition.closes_at and petition.closes_at + timedelta(days=petition.retention_days)


def is_anonymised(petition: Petition, now: datetime) -> bool:
    moment = data_ends_at(petition)
    return moment is not None and moment <= now


def impersonal(petition: Petition, place: str) -> dict[str, Any]:
    """Return the columns of a signature that stay when it is anonymised."""
    asks = petition.country_field != Ask.OFF
    return {
        "tally": petition.tally,
        "country": place if asks else None,
        "language": PLACES[place][1] if asks else "en",
        "source": SOURCE,
    }


def anonymised(petition: Petition, moment: datetime) -> dict[str, Any]:
    """Return the columns of an anonymised signature: each moment is reduced to its day."""
    day = datetime.combine(moment, time(), UTC)
    return {"signed_at": day, "confirmed_at": day, "anonymised_at": data_ends_at(petition)}


def personal(petition: Petition, place: str, number: int, random: Random) -> dict[str, Any]:
    """Return the columns with the signer's data and the optional fields of the form."""
    names, language = PLACES[place]
    name, email = people.signer(names, number, random)
    given = {
        "name": name,
        "email": email,
        "email_key": email_key(petition.tally.pk, email),
        "version": petition.version,
        "updates": random.random() < 0.12,
    }
    if petition.postcode_field == Ask.REQUIRED or (
        petition.postcode_field == Ask.OPTIONAL and random.random() < 0.6
    ):
        given["postcode"] = str(4100 + random.randrange(88))
    if petition.shows_signers and random.random() < 0.4:
        given["shown_as"] = public_signers.shortened(name)
    if petition.comment_field != Ask.OFF and random.random() < 0.06:
        given["comment"] = random.choice(COMMENTS[language])
    return given


def confirmation(petition: Petition, moment: datetime, end: datetime, random: Random) -> datetime:
    """Return the moment of confirming: minutes after signing, or at once without confirmation."""
    if not petition.confirms_by_email:
        return moment
    return min(moment + timedelta(minutes=random.lognormvariate(1.6, 1.3)), end)


def first_email(petition: Petition, moment: datetime) -> bytes:
    """Return the record of an email that was sent on this day (see `campaigns.mail.sent`)."""
    kind = MailKind.CONFIRM if petition.confirms_by_email else MailKind.THANKS
    # SENT is the first of ENDS.
    packed = bytes([1 + sent.KINDS.index(kind) * sent.MOST_ENDS])
    return packed + (moment.date() - sent.FIRST_DAY).days.to_bytes(2)


def moments(
    start: datetime, end: datetime, waves: tuple[Wave, ...], random: Random, *, count: int
) -> list[datetime]:
    """Return random moments of signing, by waves that fade, by weekday and by hour."""
    if not count:
        return []
    hours = [start + HOUR * number for number in range(int((end - start) / HOUR))]
    weights = [weight(hour, start, waves) for hour in hours]
    return [hour + HOUR * random.random() for hour in random.choices(hours, weights, k=count)]


def weight(hour: datetime, start: datetime, waves: tuple[Wave, ...]) -> float:
    local = timezone.localtime(hour)
    days = (hour - start) / timedelta(days=1)
    crowd = sum(
        wave.strength * math.exp((wave.day - days) / wave.fades)
        for wave in waves
        if days >= wave.day
    )
    return (0.05 + crowd) * BY_HOUR[local.hour] * BY_WEEKDAY[local.weekday()]


def time_ordered(moment: datetime, random: Random) -> UUID:
    """Return a UUID of version 7 for a moment in the past (RFC 9562, section 5.7)."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(
        int=milliseconds << 80
        | 7 << 76
        | random.getrandbits(12) << 64
        | 2 << 62
        | random.getrandbits(62)
    )
