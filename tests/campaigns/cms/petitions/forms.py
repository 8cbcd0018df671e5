"""The form of a petition by itself: what it says of data, without the screen around it."""

from typing import Any

from django.contrib.auth.models import User
from django.forms import BaseModelForm

from campaigns.models import Petition
from tests.campaigns.cms.browsing import form_data


def filled_in(petition: Petition, user: User, **fields: Any) -> BaseModelForm[Petition]:
    """The form that a user has filled in, with data as `form_data` sends it."""
    form_class = petition.snippet_viewset.get_form_class()
    newest = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    form: BaseModelForm[Petition] = form_class(form_data(**fields), instance=newest, for_user=user)
    return form


def new_form(user: User) -> BaseModelForm[Petition]:
    """The form in which a user adds a petition, before anything is typed."""
    form: BaseModelForm[Petition] = Petition.snippet_viewset.get_form_class()(for_user=user)
    return form
