"""What a workflow publishes at its end: the revision that was approved, and no newer one.

Wagtail imports this function together with its own models (WAGTAIL_FINISH_WORKFLOW_ACTION), so this
module imports nothing.
"""


def publish_approved(workflow_state, user=None):  # type: ignore[no-untyped-def]
    """Publish the revision of the task that was approved last.

    Wagtail would publish the newest revision, whoever has saved it in the meantime.
    """
    workflow_state.current_task_state.revision.publish(user=user)
