"""The operator's private keys on disk: private, never overwritten, and a damaged file is a clear fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.faults import Fault, LedgerFault
from ledger.keys_folder import key_path, read_private_key, write_private_key
from tests.strategies import key_of


def test_a_key_is_read_back_and_its_file_is_private(tmp_path: Path) -> None:
    """Written with mode 0600, read back as the same key."""
    write_private_key(tmp_path / "keys", "log", key_of("log"))
    path = key_path(tmp_path / "keys", "log")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private_key(tmp_path / "keys", "log").public == key_of("log").public


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """A second write is refused and the first key stays."""
    write_private_key(tmp_path, "log", key_of("log"))
    with pytest.raises(LedgerFault) as caught:
        write_private_key(tmp_path, "log", key_of("other"))
    assert caught.value.fault is Fault.ALREADY_EXISTS
    assert read_private_key(tmp_path, "log").public == key_of("log").public


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"not json", b'{"d":"short"}', b'{"d":7}', b'{"d":"%%%"}', b"\xff\xfe"]
)
def test_a_damaged_key_file_is_a_clear_fault(tmp_path: Path, content: bytes) -> None:
    """Named, with why, and without a word of what is in it."""
    path = key_path(tmp_path, "log")
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(LedgerFault) as caught:
        read_private_key(tmp_path, "log")
    assert (caught.value.fault, caught.value.details["why"]) == (Fault.KEY_FILE_INVALID, "form")


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Mode 0640 is too wide."""
    write_private_key(tmp_path, "log", key_of("log"))
    key_path(tmp_path, "log").chmod(0o640)
    with pytest.raises(LedgerFault) as caught:
        read_private_key(tmp_path, "log")
    assert caught.value.details["why"] == "mode_wider_than_0600"
