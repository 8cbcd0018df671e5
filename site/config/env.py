"""Typed reading of environment variables.

Every function raises ImproperlyConfigured for a value that is missing, malformed or useless, which
stops the start. The message is one sentence with the variable's name, and never quotes a secret.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterable
from email.utils import formataddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import EmailValidator, validate_email, validate_ipv46_address

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# The files with secrets that have been read; the doctor checks their permissions.
FILES: list[Path] = []
SHORTEST_KEY = 50  # characters; also the least that `manage.py check --deploy` accepts
FEWEST_CHARACTERS = 10  # different ones; random keys have many more
# Browsers and PostgreSQL know all time zones but these: that of the server, and of a new machine.
ZONES = available_timezones() - {"localtime", "Factory"}
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.IGNORECASE)


def given(name: str) -> str:
    """Return the value of the variable, or of the file that NAME_FILE names; "" without either."""
    value = os.environ.get(name, "").strip()
    path = os.environ.get(f"{name}_FILE", "").strip()
    if value and path:
        raise ImproperlyConfigured(f"Set either {name} or {name}_FILE, not both.")
    if path:
        try:
            value = Path(path).read_text().strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {why}.") from None
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE names an empty file.")
        FILES.append(Path(path))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        raise ImproperlyConfigured(f"{name} stands in quotes, which belong to no value.")
    return value


def text(name: str, default: str | None = None) -> str:
    """Return the variable as text; without a default, it must be set and must not be empty."""
    value = given(name)
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see docs/settings.md).")
    return default


def flag(name: str, default: bool) -> bool:
    word = given(name).lower()
    if word and word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be on or off, not {word!r}.")
    return word in TRUE if word else default


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if not least <= found <= most:
        raise ImproperlyConfigured(f"{name} must be from {least} to {most}, not {found}.")
    return found


def choice(name: str, default: str, *, among: Iterable[str]) -> str:
    """Return the variable in upper case, which must be one of these words."""
    value, known = text(name, default).upper(), list(among)
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value


def words(name: str, default: str | None = None) -> list[str]:
    """Return the parts of the variable, which commas separate."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def host(name: str, default: str) -> str:
    """Return the variable, the name or IP address of a server. Raise for one with a port."""
    value = text(name, default)
    if not is_host(value):
        raise ImproperlyConfigured(f"{name} must be the name of a server alone, not {value!r}.")
    return value


def hosts(name: str, default: str | None = None) -> list[str]:
    """Names of hosts; one that begins with a dot stands for all hosts below it."""
    found = words(name, default)
    for each in found:
        if not is_host(each.removeprefix(".")):
            raise ImproperlyConfigured(
                f"{name} must list names of hosts, without https:// and without a port, "
                f"not {each!r}."
            )
    return found


def is_host(value: str) -> bool:
    if NAME.fullmatch(value) and len(value) <= 253:
        return True
    try:
        validate_ipv46_address(value.removeprefix("[").removesuffix("]"))
    except ValidationError:
        return False
    return True


def url(name: str, default: str | None = None, *, schemes: Iterable[str]) -> SplitResult | None:
    """Return the URL of a server, such as https://example.org; None if the variable is empty."""
    value = text(name, default).rstrip("/")
    return address(name, value, schemes) if value else None


def urls(name: str, default: str | None = None, *, schemes: Iterable[str]) -> list[SplitResult]:
    """Return the URLs of servers, separated by commas in the variable."""
    return [address(name, value.rstrip("/"), schemes) for value in words(name, default)]


def address(name: str, value: str, schemes: Iterable[str]) -> SplitResult:
    allowed = list(schemes)
    try:
        found = urlsplit(value)
        is_right = found.scheme in allowed and is_host(found.hostname or "")
        is_right = is_right and found.port != 0 and value == f"{found.scheme}://{found.netloc}"
    except ValueError:
        is_right = False
    if not is_right or found.username is not None:
        form = " or ".join(f"{scheme}://example.org" for scheme in allowed)
        raise ImproperlyConfigured(f"{name} must read {form}, without a path or a password.")
    return found


def sender(name: str, default: str) -> str:
    """Return an email address, optionally with a name: Our river <petitions@example.org>.

    The name may contain any punctuation. It is quoted where a header of an email requires that.
    """
    value = text(name, default)
    shown, bracket, address = value.rpartition("<")
    shown = shown.strip()
    if len(shown) > 1 and shown[0] == shown[-1] == '"':
        shown = re.sub(r"\\(.)", r"\1", shown[1:-1])
    address = address.removesuffix(">") if bracket else address
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    is_one = shown.isprintable() and not re.search(r"[<>]|\S@\S", shown)
    if not address or not is_one or value.endswith(">") != bool(bracket):
        raise ImproperlyConfigured(
            f"{name} must be one email address, or a name with one: Our name <us@example.org>, "
            f"not {value!r}."
        )
    if shown.isascii():
        return formataddr((shown, address))
    escaped = re.sub(r'(["\\])', r"\\\1", shown)
    return f'"{escaped}" <{address}>'


def email(name: str, default: str, *, form: str = "one email address") -> str:
    """Return an email address, also at a host without a dot, such as root@server."""
    value = text(name, default)
    host = value.rpartition("@")[2]
    if value == default:
        return value
    try:
        EmailValidator(allowlist=[host] if is_host(host) else [])(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} must be {form}.") from None
    return value


def login(name: str, default: str | None = None) -> str:
    """Return a user name or a password for a mail server; Python sends nothing but ASCII as one."""
    value = text(name, default)
    if not value.isascii():
        raise ImproperlyConfigured(
            f"{name} has letters that cannot be sent to a mail server: use none but A to Z, "
            "digits and punctuation."
        )
    return value


def zone(name: str, default: str) -> str:
    value = text(name, default)
    if value not in ZONES:
        raise ImproperlyConfigured(
            f"{name} must be a time zone such as Europe/Berlin, not {value!r}."
        )
    return value


def folder(name: str, default: Path) -> Path:
    """Return a folder by its absolute path; it need not exist."""
    found = Path(text(name, str(default)))
    if not found.is_absolute() or found == Path("/"):
        raise ImproperlyConfigured(
            f"{name} must be the whole path of a folder, not {str(found)!r}."
        )
    return found


def key(name: str) -> str:
    """Return the variable, a secret key. Raise for one that is easily guessed."""
    return strong(name, text(name))


def keys(name: str) -> list[str]:
    """Secret keys, separated by commas."""
    return [strong(name, each) for each in words(name, "")]


def recipients(name: str) -> list[str]:
    """Public keys of age, separated by commas."""
    found = words(name, "")
    if not all(re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", each) for each in found):
        raise ImproperlyConfigured(
            f"{name} must list public keys of age, which begin with age1 "
            "(manage.py backup --new-key makes a key)."
        )
    return found


def strong(name: str, value: str) -> str:
    if len(value) < SHORTEST_KEY or len(set(value)) < FEWEST_CHARACTERS or "," in value:
        raise ImproperlyConfigured(
            f"{name} must be {SHORTEST_KEY} or more random characters without a comma "
            "(docs/settings.md says how to make a key)."
        )
    return value


def differ(*named: tuple[str, str]) -> None:
    """Raise ImproperlyConfigured if two of these (name, value) pairs have the same value."""
    known: dict[str, str] = {}
    for name, value in named:
        if value in known:
            raise ImproperlyConfigured(f"{known[value]} and {name} must not be the same.")
        known[value] = name


def agree(is_so: bool, sentence: str) -> None:
    """Raise ImproperlyConfigured with this sentence unless the settings agree."""
    if not is_so:
        raise ImproperlyConfigured(sentence)


def persistent(name: str, path: Path) -> str:
    """Return the variable, or else a secret that is generated once and stored at `path`.

    Only the owner can read the file.
    """
    if value := given(name):
        return value
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Several processes may start at once. The first to link its file wins, and the file is
        # complete by then.
        half = path.with_name(secrets.token_hex(8))
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
        half.unlink()
    return path.read_text()
