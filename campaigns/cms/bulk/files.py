"""Wagtail's acts on many images or documents, which name no files of other teams."""

from typing import Any

from wagtail.admin.views.bulk_action import BulkAction
from wagtail.documents.views import bulk_actions as of_documents
from wagtail.images.views import bulk_actions as of_images

from campaigns.blocks import own_files


class OwnFilesAlone(BulkAction):
    """A mixin for Wagtail's acts, which name the files in the URL that the user may not change."""

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        files, others = super().get_actionable_objects()
        user = self.request.user
        named = {
            name: [file for file in found if own_files.may_see(user, file)]
            for name, found in others.items()
        }
        return files, named


def actions() -> list[type[BulkAction]]:
    """Return the classes that replace Wagtail's, each for the `register_bulk_action` hook."""
    stock = (
        *(of_documents.AddTagsBulkAction, of_documents.AddToCollectionBulkAction),
        *(of_images.AddTagsBulkAction, of_images.AddToCollectionBulkAction),
        *(of_documents.DeleteBulkAction, of_images.DeleteBulkAction),
    )
    return [type(action.__name__, (OwnFilesAlone, action), {}) for action in stock]
