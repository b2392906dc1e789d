# SPDX-License-Identifier: GPL-2.0
"""What is measured in which order, and how long it will take."""

import json
import time
from dataclasses import dataclass

ROUNDS = 7
QUICK_SECONDS = 200  # for the measuring, so that all of it takes less than five minutes


@dataclass
class Turn:
    """One case of a part in one round: all its contenders."""

    part: object
    case: dict
    round: int

    def key(self, cpus):
        """By which results of an earlier run are recognised."""
        return key_of(self.part.name, self.case, self.round, cpus)


def key_of(part, case, number, cpus):
    """The same from what a record has."""
    return json.dumps([part, case, number, cpus], sort_keys=True)


def turns(parts, quick):
    """Rounds are outermost: what is slow for a while is slow for all cases, and who ends
    it early has fewer rounds of everything."""
    plan = []
    for number in range(ROUNDS):
        for part in parts:
            if not quick or number < part.quick_rounds:
                plan += [Turn(part, case, number) for case in part.cases(quick)]
    return plan


def guess(turn, quick):
    """Seconds that a turn takes as far as its part knows."""
    return turn.part.seconds(turn.case, quick) * len(turn.part.contenders)


class Estimate:
    """Time left: what turns took before, and guesses scaled by how good they were."""

    def __init__(self, plan, quick):
        self.left = list(plan)
        self.quick = quick
        self.took = {}
        self.guessed = self.measured = 0.0
        self.begin = time.monotonic()

    def done(self, turn, seconds):
        """The turn is over."""
        self.left.remove(turn)
        self.took[self._id(turn)] = seconds
        self.guessed += guess(turn, self.quick)
        self.measured += seconds

    def seconds(self):
        """Until all turns are over."""
        scale = self.measured / self.guessed if self.guessed else 1
        return sum(self.took.get(self._id(t), guess(t, self.quick) * scale) for t in self.left)

    @staticmethod
    def _id(turn):
        return turn.part.name + json.dumps(turn.case, sort_keys=True)
