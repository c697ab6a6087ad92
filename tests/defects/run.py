"""`make defects`: every deliberate defect in turn, the tests named for it, and whether one of them caught it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.defects.applying import PYTEST_PASSED, Verdict, copy_project, run_tests, try_defect
from tests.defects.registry import DEFECTS, Defect


def main(arguments: Sequence[str] | None = None) -> int:
    """Try them all; 1 if one survives, no longer applies, or could not be judged."""
    parser = argparse.ArgumentParser(prog="make defects")
    parser.add_argument("names", nargs="*", help="only these")
    chosen = parser.parse_args(arguments)
    defects = [one for one in DEFECTS if not chosen.names or one.name in chosen.names]
    if not defects:
        print(f"There is no such defect. There are: {', '.join(one.name for one in DEFECTS)}")
        return 1
    with tempfile.TemporaryDirectory(prefix="daftari-defects-") as folder:
        copy = copy_project(Path(folder))
        sound = run_tests(copy, tuple(dict.fromkeys(test for one in defects for test in one.tests)))
        if sound.returncode != PYTEST_PASSED:
            print(f"The tests fail without any defect, so they would prove nothing:\n{sound.stdout[-4_000:]}")
            return 1
        verdicts = [_try(one, copy) for one in defects]
    caught = verdicts.count(Verdict.CAUGHT)
    print(f"\n{caught} of {len(defects)} defects caught.")
    return 0 if caught == len(defects) else 1


def _try(defect: Defect, copy: Path) -> Verdict:
    ran = try_defect(defect, copy)
    print(f"{ran.verdict:<17} {defect.name:<32} {ran.seconds:>5.0f} s  {defect.what}", flush=True)
    for test in defect.tests:
        print(f"{'':<17} by {test}")
    if ran.verdict is not Verdict.CAUGHT:
        print(ran.told)
    return ran.verdict


if __name__ == "__main__":
    sys.exit(main())
