"""`make simulate SEED= STEPS= SEEDS=`: one seed and what happened in it, or several in sum."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NoReturn

from ledger.refusals import Reason
from tests.simulator.faults import FAULTS
from tests.simulator.simulation import Result, simulate
from tests.simulator.story import Broken

LINES_TOLD = 12


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what was not understood, in the words that are typed after `make simulate`."""

    def error(self, message: str) -> NoReturn:
        """No usage: nobody types these options."""
        self.exit(2, f"✗ {message}\n  make simulate SEED=1 STEPS=500 SEEDS=1\n")


def _from_one(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: a whole number from 1 on / namba kamili kuanzia 1")
    return int(text)


def main() -> int:
    """Run a seed, or several, and tell; 1 if a promise broke."""
    parser = _Parser(prog="make simulate")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--steps", type=_from_one, required=True)
    parser.add_argument("--seeds", type=_from_one, default=1, help="so many, from --seed on, told in sum")
    parser.add_argument("--story", action="store_true", help="tell every event")
    chosen = parser.parse_args()
    started = time.monotonic()
    try:
        if chosen.seeds > 1:
            print(told_in_sum([simulate(chosen.seed + n, chosen.steps) for n in range(chosen.seeds)]))
        else:
            _tell_one(simulate(chosen.seed, chosen.steps), whole=chosen.story)
    except Broken as broken:
        print(f"BROKEN · {broken}")
        return 1
    print(f"\nIt took {time.monotonic() - started:.1f} s.")
    return 0


def _tell_one(result: Result, *, whole: bool) -> None:
    lines = result.story if whole else result.story[-LINES_TOLD:]
    print(told(result))
    print("\n".join(["", "All of it:" if whole else "How it ended:", *(f"  {line}" for line in lines)]))


def told_in_sum(results: Sequence[Result]) -> str:
    """What several runs reached together, and what none of them did."""
    accepted, refused, struck = Counter[str](), Counter[str](), Counter[str]()
    for result in results:
        accepted += result.accepted
        refused += result.refused
        struck += result.struck
    never = [reason.value for reason in Reason if not refused[reason.value]]
    records, restarts = sum(one.records for one in results), sum(one.restarts for one in results)
    return "\n".join(
        [
            f"{len(results)} seeds: every promise held.",
            f"{records} records, {restarts} restarts, {struck.total()} faults",
            f"Accepted: {_counts(accepted)}",
            f"Refused: {_counts(refused)}",
            f"Reasons that no seed reached: {', '.join(never) or 'none'}",
            f"Faults that struck: {_counts(struck)}",
        ]
    )


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in sorted(found)) or "none"


def told(result: Result) -> str:
    """What happened, in a few lines."""
    quiet = sorted(set(FAULTS) - set(result.struck))
    lines = [
        f"Seed {result.seed}, {result.steps} steps: every promise held.",
        f"Records {result.records}, root {result.root[:16]}…, acknowledged to wallets {result.acknowledged}",
        f"Ledger ended and started again {result.restarts} times; {result.audits} full audits",
        f"Accepted: {_counts(result.accepted)}",
        f"Refused: {_counts(result.refused)}",
        f"Turned away without a record: {_counts(result.turned_away)}",
        f"Faults that struck: {_counts(result.struck)}",
    ]
    if quiet:
        lines.append(f"Faults that did not strike in this seed: {', '.join(quiet)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
