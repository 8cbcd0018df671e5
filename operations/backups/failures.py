"""What goes wrong with backups: each says in one sentence what happened, and what to do."""


class Failed(Exception):
    """There is no backup, or nothing was restored."""


class Damaged(Failed):
    """The file is cut, was changed, or is no backup."""


class WrongKey(Failed):
    """The key is none of those for which the file was encrypted."""


class NotAllowed(Failed):
    """The user of the database may not make databases."""


class InUse(Failed):
    """Somebody is connected to the database that is to be replaced."""


class NoRoom(Failed):
    """There is no room for a second database beside that of the site."""
