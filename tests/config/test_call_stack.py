"""Loops deep in a stack of calls (config/call_stack.py)."""

import resource

from config.call_stack import with_room

CALLS = 2_000
DEPTHS = range(0, 600)  # more than a page with blocks within blocks


def test_no_call_of_a_loop_fetches_memory_at_any_depth():
    assert max(fetched(with_room(loop_at), depth) for depth in DEPTHS) < CALLS / 20


def test_what_it_is_given_and_what_it_returns_are_the_same():
    assert with_room(divmod)(7, 2) == (3, 1)
    assert with_room(sorted)([2, 1], reverse=True) == [2, 1]


def loop_at(depth: int) -> None:
    if depth:
        return loop_at(depth - 1)
    for _ in range(CALLS):
        nothing()


def nothing() -> None: ...


def fetched(call, depth: int) -> int:
    """How many pages of memory the kernel provided during the call."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    call(depth)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before
