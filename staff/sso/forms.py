"""The form for the second factor of a user whom the provider has identified."""

from django.contrib.auth.signals import user_login_failed

from staff.forms import AgainForm


class SecondStepForm(AgainForm):
    """The form for a code or a passkey; wrong ones count towards the lockout, as passwords do."""

    def note_failure(self) -> None:
        credentials = {"username": self.user.get_username()}
        user_login_failed.send(__name__, credentials=credentials, request=self.request)
