"""What tests/compiling.py writes is what Django writes."""

import pytest
from django.db.models import Count, Exists, F, OuterRef
from django.db.models.expressions import Col, Expression
from django.db.models.sql.compiler import SQLCompiler
from wagtail.models import Page

from campaigns.models import CampaignPage, Petition, Signature
from tests import compiling


def statements() -> list[str]:
    signatures = Signature.objects.filter(tally__petition=OuterRef("pk"))
    queries = [
        CampaignPage.objects.filter(petition__live=True).order_by("-title", "petition__title"),
        Page.objects.filter(title="A").annotate(number=Count("pk")).order_by("number"),
        Petition.objects.filter(Exists(signatures)).select_related("collection", "locale"),
        Petition.objects.order_by(F("title").desc(nulls_last=True)).values_list("pk", "title"),
        Petition.objects.extra(select={"title": "1"}),
        Petition.objects.filter(pk__in=signatures.values("pk")).order_by("slug").distinct(),
    ]
    return [str(query.query) for query in queries]


def test_statements_are_those_of_django(monkeypatch: pytest.MonkeyPatch):
    quick = statements()
    own = SQLCompiler.compile.__closure__
    assert own, "tests/conftest.py puts its own in this place."
    monkeypatch.setattr(SQLCompiler, "compile", own[0].cell_contents)
    monkeypatch.setattr(Col, "identity", Expression.identity)

    assert statements() == quick


def test_columns_are_the_same_that_are_the_same_to_django():
    title = Petition._meta.get_field("title")
    columns = [
        Col("a", title),
        Col("a", title, title),
        Col("b", title),
        Col(alias="a", target=title),
    ]
    slow = Expression.identity.func

    assert [slow(column) for column in columns] == [column.identity for column in columns]
    assert compiling.identity().func(columns[0]) == columns[0].identity
