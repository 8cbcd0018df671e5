"""Emails about comments on a page: they are sent after the response to the user who saved it."""

from wagtail.admin.views.pages import edit

from campaigns.workflow import notices


def register() -> None:
    """Replace the function with which Wagtail's form of a page sends these emails."""
    edit.send_notification = notices.create_comments_notice
