"""`make simulate SEED= STEPS=`: one seed, and what happened in it."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulator.faults import FAULTS
from tests.simulator.simulation import Result, simulate
from tests.simulator.story import Broken

LINES_TOLD = 12


def main() -> int:
    """Run a seed and tell; 1 if a promise broke."""
    parser = argparse.ArgumentParser(prog="make simulate")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--story", action="store_true", help="tell every event")
    chosen = parser.parse_args()
    started = time.monotonic()
    try:
        result = simulate(chosen.seed, chosen.steps)
    except Broken as broken:
        print(f"BROKEN · {broken}")
        return 1
    print(told(result))
    print(f"It took {time.monotonic() - started:.1f} s.")
    lines = result.story if chosen.story else result.story[-LINES_TOLD:]
    print(
        "\n".join(
            ["", "How it ended:" if not chosen.story else "All of it:", *(f"  {line}" for line in lines)]
        )
    )
    return 0


def told(result: Result) -> str:
    """What happened, in a few lines."""

    def counts(found: dict[str, int]) -> str:
        return ", ".join(f"{name} {found[name]}" for name in sorted(found)) or "none"

    quiet = sorted(set(FAULTS) - set(result.struck))
    lines = [
        f"Seed {result.seed}, {result.steps} steps: every promise held.",
        f"Records {result.records}, root {result.root[:16]}…, acknowledged to wallets {result.acknowledged}",
        f"Ledger ended and started again {result.restarts} times; {result.audits} full audits",
        f"Accepted: {counts(result.accepted)}",
        f"Refused: {counts(result.refused)}",
        f"Turned away without a record: {counts(result.turned_away)}",
        f"Faults that struck: {counts(result.struck)}",
    ]
    if quiet:
        lines.append(f"Faults that did not strike in this seed: {', '.join(quiet)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
