"""The restored media files belong to the same user as the previous ones."""

import os
from pathlib import Path

from django.conf import settings

from tests.operations.backups.stories import Story


def they_belong_to_whom_the_old_ones_belong_to() -> Story:
    """With Docker, root restores the files, and the user of a container reads them."""
    if os.geteuid() != 0:
        return  # Only root can give a file away.
    media = Path(settings.MEDIA_ROOT)
    yield

    os.chown(media, 10001, 10002)
    media.chmod(0o755)
    yield

    found = [media, media / "documents", media / "documents" / "letter.pdf"]
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in found}
    assert (owners, media.stat().st_mode & 0o777) == ({(10001, 10002)}, 0o755)
