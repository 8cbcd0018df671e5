"""The targets of a petition, each with the contact that editors chose for it."""

from typing import NamedTuple

from wagtail.models import Locale

from campaigns.contacts.contact import Contact
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions.parts import named, originals


class Addressed(NamedTuple):
    """A target as the letter names it, and its contact if there is one."""

    words: str
    contact: Contact | None

    @property
    def postal_address(self) -> str:
        return self.contact.postal_address.strip() if self.contact else ""


def addressed(petition: Petition) -> list[Addressed]:
    """Return the targets in the language of the petition, with the contacts of the original."""
    keys = [value and value["contact"] for value in originals(petition)]
    contacts = Contact.objects.select_related("language").in_bulk(filter(None, keys))
    return [
        Addressed(named(block.value), contacts.get(key))
        for block, key in zip(petition.targets, keys, strict=True)
    ]


def language_of(petition: Petition) -> Locale | None:
    """Return the language of the first target that has one."""
    spoken = (each.contact.language for each in addressed(petition) if each.contact)
    return next(filter(None, spoken), None)
