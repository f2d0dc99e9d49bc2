"""The gate before the writer: bounded, first come first served, and never stuck."""

from __future__ import annotations

import asyncio

import pytest

from postroad.db.engines._gate import Gate
from postroad.testing.loop import on_loop


class Line:
    """Callers at a gate, by name, in the order in which they got in."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside: list[str] = []

    async def come(self, name: str, weight: int) -> None:
        if not self.gate.try_enter(weight):
            await self.gate.enter(weight)
        self.inside.append(name)

    async def queue_up(self, *callers: tuple[str, int]) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.come(*caller)) for caller in callers]
        await settle()
        return tasks


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@on_loop
async def test_so_many_enter_and_the_next_waits_for_one_to_leave() -> None:
    line = Line(Gate(units=2, octets=100))
    tasks = await line.queue_up(("a", 1), ("b", 1), ("c", 1))
    assert line.inside == ["a", "b"]
    line.gate.leave(1)
    await asyncio.gather(*tasks)
    assert line.inside == ["a", "b", "c"]


@on_loop
async def test_a_light_one_does_not_overtake_a_heavy_one_that_waits() -> None:
    line = Line(Gate(units=9, octets=100))
    tasks = await line.queue_up(("first", 80), ("heavy", 50), ("light", 1))
    assert line.inside == ["first"]
    line.gate.leave(80)
    await asyncio.gather(*tasks)
    assert line.inside == ["first", "heavy", "light"]


@on_loop
async def test_one_that_is_heavier_than_all_room_passes_alone() -> None:
    line = Line(Gate(units=9, octets=100))
    tasks = await line.queue_up(("small", 1), ("huge", 500), ("after", 1))
    assert line.inside == ["small"]
    line.gate.leave(1)
    await settle()
    assert line.inside == ["small", "huge"]
    line.gate.leave(500)
    await asyncio.gather(*tasks)
    assert line.inside == ["small", "huge", "after"]


@on_loop
async def test_one_that_gives_up_waiting_makes_way_for_those_behind() -> None:
    line = Line(Gate(units=9, octets=100))
    _, heavy, light = await line.queue_up(("first", 60), ("heavy", 90), ("light", 10))
    heavy.cancel()
    with pytest.raises(asyncio.CancelledError):
        await heavy
    await light
    assert line.inside == ["first", "light"]


@on_loop
async def test_one_that_is_admitted_and_cancelled_at_once_gives_its_room_back() -> None:
    line = Line(Gate(units=1, octets=100))
    _, second = await line.queue_up(("first", 1), ("second", 1))
    line.gate.leave(1)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert line.gate.try_enter(1)
