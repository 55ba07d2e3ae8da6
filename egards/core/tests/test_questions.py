"""A question put together once: its stand-ins, and the plan the server keeps."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from egards.accounts.models import Team
from egards.core.questions import Question

_BRAND = UUID(int=7)


@pytest.mark.django_db
def test_a_question_has_its_plan_kept_by_the_server() -> None:
    question = Question.of(Team.objects.filter(brand_id=_BRAND, name__contains="équipe").values_list("name"))
    for asked in range(3):
        assert question.ask({_BRAND: UUID(int=100 + asked)}) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%accounts_team%'")
        assert len(cursor.fetchall()) == 1


@pytest.mark.django_db
def test_what_can_hold_nothing_is_never_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert Question.of(Team.objects.none().values_list("name")).ask({}) == []
    with django_assert_num_queries(1):
        assert Question.of(Team.objects.filter(brand_id=_BRAND).values_list("name")).ask({}) == []
