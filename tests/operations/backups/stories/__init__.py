"""What has happened since a backup, and what a restore makes of it.

To make a backup and to restore it takes seconds, so all stories are told by one backup that is
restored three times. Each story is a generator, and each `yield` in it lasts until the next moment:

1. The backup is made.
2. It is restored on the site, whose database knows what has happened since.
3. It is restored on an empty machine.
4. A machine is found on which the site was tried, and whose database is now in use.
5. The backup is restored there.

A `yield` returns what the command printed. A story ends when it has nothing more to say. Stories
have petitions, accounts and receivers of their own, and look at nothing else.
"""

from collections.abc import Generator

Story = Generator[None, str, None]


def named(said: str, words: str) -> list[str]:
    """The names after these words in what a restore has printed; none if it did not say them."""
    _, _, rest = said.partition(words)
    return rest.partition(".")[0].split(", ") if rest else []
