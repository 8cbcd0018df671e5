import pytest


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """Press "publish" in the translation editor."""

    def press(translation):
        with django_capture_on_commit_callbacks(execute=True):
            translation.save_target(publish=True)
        return translation.get_target_instance()

    return press
