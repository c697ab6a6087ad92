"""`daftari verify`: a log checked with nothing but the file, and the first wrong line named."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ledger.exporting import export_to_file
from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import origin_of, sign_checkpoint
from ledger.proofs.merkle import leaf_hash
from ledger.signing.base64url import encode
from ledger.strict_json import dumps
from ledger.verifying import verify_log
from tests.busy_ledger import BusyLedger, busy_ledger
from tests.strategies import key_of

SEED = 20261126


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> BusyLedger:
    """One ledger for all."""
    folder = tmp_path_factory.mktemp("busy")
    return busy_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder / "keys")


@pytest.fixture(scope="module")
def log(busy: BusyLedger, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Its exported log."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    export_to_file(busy.url, "jsonl", path)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a log is put that will be verified."""
    return tmp_path / "log.jsonl"


def fault_of(work: Callable[[], object]) -> LedgerFault:
    """The fault that the work ends in."""
    with pytest.raises(LedgerFault) as caught:
        work()
    return caught.value


def wrong_line(path: Path, data: bytes) -> tuple[int, str]:
    """The line and what is wrong about it."""
    path.write_bytes(data)
    fault = fault_of(lambda: verify_log(path))
    assert fault.fault is Fault.LINE_WRONG
    return int(fault.details["line"]), fault.details["what"]


def test_a_log_is_verified_without_its_database(busy: BusyLedger, log: bytes, tmp_path: Path) -> None:
    """By the command, in a folder where there is nothing else."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(log)
    command = [sys.executable, "-m", "ledger.cli", "verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"✓ {log.count(chr(10).encode()) - 1} records" in done.stdout
    assert "No checkpoint from outside" in done.stderr
    for size, checkpoint in busy.checkpoints.items():
        verified = verify_log(path, outside_checkpoint=checkpoint)
        assert verified.records == max(busy.checkpoints) >= size


def test_the_first_wrong_line_is_named(log: bytes, path: Path) -> None:
    """Any byte of any record, changed: that line.

    But for a time that is still possible: nobody signs it and every rule agrees, so that only the checkpoint tells.
    """
    lines, chance = log.splitlines(keepends=True), random.Random(SEED)
    for number in range(1, len(lines)):  # the last one is the checkpoint
        line = bytearray(lines[number - 1])
        place = chance.randrange(len(line) - 1)
        line[place] = line[place] ^ 1 or 2
        if line[place] == 0x0A:
            line[place] = 0x20
        changed = b"".join([*lines[: number - 1], bytes(line), *lines[number:]])
        found, what = wrong_line(path, changed)
        in_the_time = b'"rules":' in line[place:] and place > line.find(b'"recorded_at":"')
        told_by_the_checkpoint = in_the_time and (found, what) == (len(lines), "checkpoint_root")
        assert found == number or told_by_the_checkpoint, (number, place, what)


def test_lines_that_are_gone_doubled_or_swapped(log: bytes, path: Path) -> None:
    """The first line that is not what should stand there."""
    lines, chance = log.splitlines(keepends=True), random.Random(SEED)
    for _ in range(20):
        at = chance.randrange(1, len(lines) - 2)
        assert wrong_line(path, b"".join([*lines[:at], *lines[at + 1 :]]))[0] == at + 1
        assert wrong_line(path, b"".join([*lines[:at], lines[at], *lines[at:]]))[0] == at + 2
        other = chance.randrange(at + 1, len(lines) - 1)
        swapped = list(lines)
        swapped[at], swapped[other] = swapped[other], swapped[at]
        assert wrong_line(path, b"".join(swapped))[0] == at + 1


def test_a_log_that_was_cut(log: bytes, path: Path) -> None:
    """Without its checkpoint, in the middle of a line, with records gone from its end, or with nothing in it."""
    lines = log.splitlines(keepends=True)
    count = len(lines)
    assert wrong_line(path, b"".join(lines[:-1])) == (count, "checkpoint_missing")
    assert wrong_line(path, log[:-5]) == (count, "cut_off")
    assert wrong_line(path, b"".join([*lines[:-3], lines[-1]])) == (count - 2, "checkpoint_size")
    assert wrong_line(path, lines[-1]) == (1, "no_record")
    assert wrong_line(path, b"".join(lines) + lines[-1]) == (count + 1, "after_the_checkpoint")
    assert wrong_line(path, b'{"' + b"\xff" * 300_000) == (1, "too_long")


def test_a_checkpoint_of_somebody_else(busy: BusyLedger, log: bytes, path: Path) -> None:
    """Signed by another key, or over another root."""
    lines = log.splitlines(keepends=True)
    ledger_id = encode(_sha256(lines[0][:-1]))
    size = len(lines) - 1
    forged = sign_checkpoint(key_of("asha"), origin=origin_of(ledger_id), size=size, root=bytes(32))
    assert (
        wrong_line(path, b"".join([*lines[:-1], dumps({"checkpoint": forged}), b"\n"]))[1]
        == "checkpoint_unsigned"
    )
    other = sign_checkpoint(key_of("log-2"), origin=origin_of(ledger_id), size=size, root=bytes(32))
    assert wrong_line(path, b"".join([*lines[:-1], dumps({"checkpoint": other}), b"\n"])) == (
        size + 1,
        "checkpoint_root",
    )


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_an_older_or_another_history_against_a_checkpoint_from_outside(
    busy: BusyLedger, log: bytes, path: Path
) -> None:
    """An older export verifies by itself; whoever kept a newer checkpoint sees that records are missing."""
    lines = log.splitlines(keepends=True)
    newest, older = max(busy.checkpoints), sorted(busy.checkpoints)[-2]
    checkpoint = dumps({"checkpoint": busy.checkpoints[older]}) + b"\n"
    path.write_bytes(b"".join([*lines[:older], checkpoint]))
    assert verify_log(path).records == older
    fault = fault_of(lambda: verify_log(path, outside_checkpoint=busy.checkpoints[newest]))
    assert (fault.fault, fault.details["missing"]) == (Fault.COPY_OLDER, str(newest - older))
    path.write_bytes(log)
    ledger_id = encode(_sha256(lines[0][:-1]))
    fork = sign_checkpoint(key_of("log"), origin=origin_of(ledger_id), size=older, root=bytes(32))
    fault = fault_of(lambda: verify_log(path, outside_checkpoint=fork))
    assert (fault.fault, fault.details["what"]) == (Fault.ANOTHER_HISTORY, "outside_checkpoint_differs")
    fault = fault_of(lambda: verify_log(path, outside_checkpoint="daftari/another\n1\n\n"))
    assert (fault.fault, fault.details["what"]) == (Fault.ANOTHER_HISTORY, "outside_checkpoint_signature")


@pytest.mark.parametrize("content", [b"", b"# Daftari\n\nA ledger.\n", b"\xff" * 300_000, b"\n"])
def test_a_file_that_is_no_log(path: Path, content: bytes) -> None:
    """Another file, named by mistake, is no evidence of anything."""
    path.write_bytes(content)
    fault = fault_of(lambda: verify_log(path))
    assert (fault.fault, fault.details["why"]) == (Fault.FILE_UNUSABLE, "no_exported_log")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A fault that names it, also for a folder."""
    for place in (tmp_path / "nothing", tmp_path):
        assert fault_of(partial(verify_log, place)).fault is Fault.FILE_UNUSABLE


def test_shell_tools_find_the_leaves(log: bytes, path: Path) -> None:
    """What docs/reference/exports.md promises: a leaf is SHA-256 of a zero byte and the line without its newline."""
    path.write_bytes(log)
    script = f"(printf '\\000'; sed -n 3p {path} | tr -d '\\n') | sha256sum"
    told = subprocess.run(
        [shutil.which("sh") or "sh", "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert told.split()[0] == leaf_hash(log.splitlines()[2]).hex()
    with pytest.raises(LedgerFault):
        verify_log(path.with_name("other"))
