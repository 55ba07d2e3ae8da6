"""The law holds at every instant, also for who looks while words come in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from egards.accounts.scope import Scope
from egards.intake.pipeline import process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.queries import Law, recounted_law, whole_law
from tests.builders import api_touchpoint, posted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("look", [lambda: whole_law(Scope.house()), recounted_law], ids=["appended", "recounted"])
def test_nothing_that_comes_in_while_we_look_breaks_the_law(look: Callable[[], Law]) -> None:
    touchpoint = api_touchpoint()
    numbers = iter(range(100))

    def come_in() -> None:
        n = next(numbers)
        receive(touchpoint=touchpoint, deliveries=[Delivery(posted(f"mot {n}", id=str(n)))])
        if n % 3 == 2:
            process_waiting()
        connections.close_all()

    def meanwhile(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        if "interactions_" in statement:
            thread = threading.Thread(target=come_in)
            thread.start()
            thread.join()
        return execute(statement, params, many, context)

    with connection.execute_wrapper(meanwhile):
        for _ in range(4):
            assert look().holds
