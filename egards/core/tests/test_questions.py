"""A question put together once: its stand-ins, and the plan the server keeps."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from egards.core.questions import Question

_APP = "stands for an application"


@pytest.mark.django_db
def test_a_question_has_its_plan_kept_by_the_server() -> None:
    question = Question.of(ContentType.objects.filter(app_label=_APP, model__contains="x").values_list("model"))
    for asked in range(3):
        assert question.ask({_APP: f"nowhere{asked}"}) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%django_content_type%'")
        assert len(cursor.fetchall()) == 1


@pytest.mark.django_db
def test_what_can_hold_nothing_is_never_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert Question.of(ContentType.objects.none().values_list("model")).ask({}) == []
    with django_assert_num_queries(1):
        assert Question.of(ContentType.objects.filter(app_label=_APP).values_list("model")).ask({}) == []
