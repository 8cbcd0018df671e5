"""After a restore: collections are where they were last, since rights over them are inherited."""

from datetime import datetime

from wagtail.models import Collection

from campaigns.restore_hooks import replaced
from operations.backups.hooks import Old

TREE = "SELECT path, id FROM wagtailcore_collection ORDER BY depth, path"

MOVED = "Collections that were moved since, and are again where they were last"
UNKNOWN = (
    "Collections are where they were at the backup: look who sees the signatures of their "
    "petitions now."
)


def move_collections(made_at: datetime, old: Old) -> str:
    """Move collections to where they were last; return a notice with the names of those moved.

    One whose parent is not there goes to the next above it. A collection that was deleted since
    moves only with what it is in.
    """
    last = replaced.said(old, TREE)
    if last is None:
        return UNKNOWN if Collection.objects.count() > 1 else ""
    tree, moved = dict(last), []
    ours = set(Collection.objects.values_list("pk", flat=True))
    for path, key in tree.items():
        above = range(len(path) - Collection.steplen, 0, -Collection.steplen)
        parents = (tree[path[:end]] for end in above)
        parent = next((each for each in parents if each in ours), None)
        if key not in ours or parent is None:
            continue
        collection = Collection.objects.get(pk=key)
        # Those above are in their places by now, so none of them is below this one.
        if collection.get_parent().pk != parent:
            collection.move(Collection.objects.get(pk=parent), "sorted-child")
            moved.append(collection.name)
    return f"{MOVED}: {', '.join(sorted(moved))}." if moved else ""
