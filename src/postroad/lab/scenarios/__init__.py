"""Every feature of the house as a story that can be told again: named, run, and judged."""

from postroad.lab.scenarios import (
    kill_nine,
    main_job,
    no_relay,
    queue_survives,
    unknown_user,
)
from postroad.lab.scenarios._expect import Expectation, Result, Scenario
from postroad.lab.scenarios._world import World

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        main_job.SCENARIO,
        unknown_user.SCENARIO,
        no_relay.SCENARIO,
        queue_survives.SCENARIO,
        kill_nine.SCENARIO,
    )
}
"""By name, in the order in which they are told."""

__all__ = ["SCENARIOS", "Expectation", "Result", "Scenario", "World"]
