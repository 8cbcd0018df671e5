"""Find email addresses that were probably mistyped, such as ada@gmial.com: to ask, never to refuse.

`static/js/meant.js` asks the same question while somebody types, with the same list and the same
rules; a test compares the two.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

# The domains of most mailboxes. Some are listed only because they resemble another one, and would
# otherwise be taken for it. Short ones are never suggested, since too many domains resemble them.
DOMAINS = """
    gmail.com googlemail.com hotmail.com outlook.com yahoo.com icloud.com live.com msn.com aol.com
    mail.com email.com ymail.com mailo.com hushmail.com fastmail.com zoho.com me.com mac.com
    proton.me pm.me protonmail.com protonmail.ch tutanota.com tutanota.de tuta.io tuta.com
    posteo.de posteo.net mailbox.org riseup.net disroot.org systemli.org
    hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it outlook.fr outlook.de outlook.es
    live.co.uk live.fr live.nl yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.fr yahoo.de yahoo.es
    yahoo.it yahoo.com.br yahoo.com.ar yahoo.com.mx yahoo.ca ymail.ru rocketmail.com
    btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com comcast.net verizon.net
    att.net sbcglobal.net bellsouth.net cox.net charter.net shaw.ca rogers.com
    orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr skynet.be telenet.be
    gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de online.de
    bluewin.ch telefonica.net libero.it virgilio.it alice.it tiscali.it
    mail.ru yandex.ru ya.ru bk.ru list.ru inbox.ru rambler.ru yandex.com ukr.net i.ua
    wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz uol.com.br bol.com.br terra.com.br
    rediffmail.com qq.com 163.com 126.com naver.com daum.net hanmail.net
    bigpond.com optusnet.com.au xtra.co.nz ziggo.nl kpnmail.nl
""".split()  # noqa: SIM905

NAMES = [domain.partition(".")[0] for domain in DOMAINS]
# Names that exist in several countries: another country's ending is no mistake here.
SEVERAL = {name for name in NAMES if NAMES.count(name) > 1}
# Endings of countries that are more likely to be a mistyped ".com".
NEAR_COM = ("co", "cm", "om")
SHORTEST = 8
LONGEST = 30
LOOKED_LIKE = [domain for domain in DOMAINS if len(domain) >= SHORTEST]


def meant(email: str) -> str:
    """Return the email address that was probably meant; "" if the email address looks right."""
    mailbox, _, domain = email.strip().rpartition("@")
    domain = domain.lower()
    found = mailbox and nearest(domain)
    return f"{mailbox}@{found}" if found else ""


def nearest(domain: str) -> str:
    """Return the known domain of which this is a mistyped form; "" for known or unlike ones."""
    name, _, ending = domain.partition(".")
    if domain in DOMAINS or len(domain) > LONGEST:
        return ""
    if not ending and f"{name}.com" in DOMAINS:
        return f"{name}.com"
    if name in SEVERAL and len(ending) == 2 and ending not in NEAR_COM:
        return ""
    # The distance counts missing, surplus, wrong and swapped letters (optimal string alignment).
    found = process.extractOne(domain, LOOKED_LIKE, scorer=OSA.distance, score_cutoff=2)
    if not found:
        return ""
    known, number, _ = found
    return known if number <= (1 if len(known) < 10 else 2) else ""
