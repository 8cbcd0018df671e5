"""Headings: guesses what the columns of a list mean, and remembers what users chose."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from campaigns.imports.imported import KnownHeading
from campaigns.paragraphs import Text
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Ask
from operations import keyring

# The possible meanings of a column, and the setting of the petition that each one needs to be
# stored.
MEANINGS: dict[str, tuple[Text, str]] = {
    "name": (_("full name"), ""),
    "first": (_("first name"), ""),
    "last": (_("last name"), ""),
    "email": (_("email"), ""),
    "country": (_("country"), "country_field"),
    "postcode": (_("postcode"), "postcode_field"),
    "affiliation": (_("organisation"), "affiliation_field"),
    "comment": (_("comment"), "comment_field"),
    "updates": (_("wants to be informed: yes or no"), "offers_updates"),
    "consent": (_("agreed to the storage of their data: yes or no"), ""),
    "signed": (_("day of signing"), ""),
    "sheet": (_("number of the sheet"), ""),
}
OFF = (Ask.OFF, False)

# The headings for each meaning, in our languages and in the exports of other systems: Action
# Network (first_name, zip_code, can2_subscription_status), ControlShift (created_at, postcode,
# join_group; its email_opt_in_type names a kind of consent, and says neither yes nor no),
# Change.org (Postal Code, Signed On), petition plugins of WordPress (date, address, city, optin).
SYNONYMS = {
    "name": "name|full name|fullname|signer|signatory|nom complet|nom et prenom|nombre completo|"
    "nombre y apellidos|vollstandiger name|vor und nachname|имя и фамилия|фио|"
    "الاسم|اسم|الاسم الكامل|الاسم واللقب",
    "first": "first name|firstname|given name|prenom|nombre|vorname|имя|الاسم الاول",
    "last": "last name|lastname|surname|family name|nom|nom de famille|apellido|apellidos|"
    "nachname|familienname|фамилия|اسم العائلة|الاسم الاخير|اللقب|الكنية",
    "email": "email|e mail|email address|e mail address|mail|courriel|adresse e mail|"
    "adresse email|adresse electronique|correo|correo electronico|e mail adresse|почта|эл почта|"
    "электронная почта|البريد الالكتروني|بريد الكتروني|عنوان البريد الالكتروني|البريد|"
    "الايميل|ايميل",
    "country": "country|country code|country name|pays|pais|land|страна|البلد|بلد|الدولة|دولة",
    "postcode": "postcode|post code|postal code|zip|zip code|zipcode|code postal|codigo postal|"
    "plz|postleitzahl|индекс|почтовый индекс|الرمز البريدي|رمز بريدي",
    "affiliation": "organisation|organization|company|organizacion|entreprise|firma|организация|"
    "المنظمة|منظمة|المؤسسة|مؤسسة|الشركة|الجهة",
    "comment": "comment|comments|reason|why are you signing|commentaire|comentario|kommentar|"
    "комментарий|تعليق|التعليق|التعليقات",
    "updates": "keep me informed|updates|opt in|optin|opt in email|subscribed|newsletter|"
    "email opt in|can2 subscription status|subscription status|join organisation|"
    "join organization|lettre d information|boletin|рассылка|النشرة الاخبارية|النشرة البريدية",
    "consent": "consent|agreed|consentement|accord|consentimiento|einwilligung|zustimmung|согласие|"
    "الموافقة|موافقة|اوافق",
    "signed": "signed|signed on|signed at|signature date|date signed|date|day|created at|"
    "created date|timestamp|date de signature|fecha|fecha de firma|datum|datum der unterschrift|"
    "дата|дата подписания|التاريخ|تاريخ|تاريخ التوقيع",
    "sheet": "sheet|sheet number|page|feuille|numero de feuille|hoja|numero de hoja|blatt|"
    "blattnummer|bogen|лист|الورقة|ورقة|الصفحة|صفحة",
}


def plain(heading: str) -> str:
    """Return a heading in lower case without marks: “First_Name ” equals “first name”."""
    letters = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


@cache
def known() -> dict[str, str]:
    """Return the meaning of each known heading: synonyms, and our labels in every language."""
    found = {plain(each): key for key, text in SYNONYMS.items() for each in text.split("|")}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for key, (label, _setting) in MEANINGS.items():
                found.setdefault(plain(str(label)), key)
    return found


def digests(heading: str) -> list[str]:
    """Return the hashes by which a heading is recognised; the first is stored.

    Headings are hashed, since a list without headings has names in their place.
    """
    message = b"heading:" + plain(heading).encode()
    return [digest.hex() for digest in keyring.digests(message)]


def offered(petition: Petition) -> list[str]:
    """Return what columns can mean for this petition, which stores only what its form asks for."""
    original = petition.original
    return [
        key
        for key, (_label, setting) in MEANINGS.items()
        if not setting or getattr(original, setting) not in OFF
    ]


def guess(headings: Iterable[str], *, among: list[str]) -> list[str]:
    """Return the meaning of each heading, "" for none; each meaning occurs at most once."""
    headings = list(headings)
    keys = {heading: digests(heading) for heading in headings}
    rows = KnownHeading.objects.filter(digest__in=[key for each in keys.values() for key in each])
    remembered = dict(rows.exclude(meaning="").values_list("digest", "meaning"))
    found: list[str] = []
    for heading in headings:
        meanings = (remembered[key] for key in keys[heading] if key in remembered)
        meaning = next(meanings, known().get(plain(heading), ""))
        found.append(meaning if meaning in among and meaning not in found else "")
    if "last" in found and "first" not in found and "name" not in found:
        # On their own, “Nom” and “Nombre” mean the whole name.
        found[found.index("last")] = "name"
    return found


def remember(headings: Iterable[str], meanings: Iterable[str], *, among: Iterable[str]) -> None:
    """Remember the meanings of these headings, of which the petition offered those in `among`.

    A heading without a meaning loses the one that was remembered, unless this list could not have
    it: the petition does not offer it, or another column has it.
    """
    pairs = list(zip(headings, meanings, strict=True))
    known = {digests(heading)[0]: meaning for heading, meaning in pairs if meaning}
    rows = [KnownHeading(digest=key, meaning=meaning) for key, meaning in known.items()]
    left = [key for heading, meaning in pairs if not meaning for key in digests(heading)]
    possible = set(among) - set(known.values())
    KnownHeading.objects.filter(digest__in=left, meaning__in=possible).delete()
    KnownHeading.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["digest"], update_fields=["meaning"]
    )
