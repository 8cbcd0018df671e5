"""The errors of backups: each message says in one sentence what happened, and what to do."""


class Failed(Exception):
    """No backup was made, or nothing was restored."""


class BrokenOff(Failed):
    """The database was not read to its end."""


class Damaged(Failed):
    """The file is truncated, was modified, or is not a backup."""


class WrongKey(Failed):
    """The file was not encrypted for any of the given keys."""


class NotAllowed(Failed):
    """The user of the database may not create databases."""


class InUse(Failed):
    """The database that is to be replaced has other open connections."""


class NoRoom(Failed):
    """The disk has no room for a second database beside that of the site."""
