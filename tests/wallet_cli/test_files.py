"""Private files: whole or absent, and nobody else's business."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from wallet_cli import files
from wallet_cli.faults import WalletFault


def mode(path: Path) -> int:
    """The permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    """0700 and 0600 even where the umask would give everything away, parents included."""
    before = os.umask(0)
    try:
        files.write_new(tmp_path / "a" / "b" / "file", b"x")
    finally:
        os.umask(before)
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]
    assert mode(tmp_path / "a" / "b" / "file") == 0o600


def test_a_new_file_never_replaces_another(tmp_path: Path) -> None:
    """The second writer is refused, the first content stays, and nothing half-written is left."""
    folder = tmp_path / "f"
    files.write_new(folder / "file", b"first")
    with pytest.raises(FileExistsError):
        files.write_new(folder / "file", b"second")
    assert (folder / "file").read_bytes() == b"first"
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_of_many_writers_at_once_one_wins(tmp_path: Path) -> None:
    """Eight threads create the same file; exactly one succeeds, and its content is whole."""
    won: list[bytes] = []

    def write(content: bytes) -> None:
        try:
            files.write_new(tmp_path / "f" / "file", content)
        except FileExistsError:
            return
        won.append(content)

    files.make_private_folder(tmp_path / "f")
    threads = [threading.Thread(target=write, args=(bytes([65 + n]) * 5_000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [(tmp_path / "f" / "file").read_bytes()]


def test_replacing_keeps_the_old_file_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk fails while the new content is flushed, the old one is untouched and no rest is left."""
    path = tmp_path / "f" / "file"
    files.replace(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WalletFault) as caught:
        files.replace(path, b"new")
    assert caught.value.key == "file_not_written"
    assert path.read_bytes() == b"old"
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_everything_is_flushed_before_the_call_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is flushed before it gets its name, and its folder afterwards."""
    seen: list[str] = []
    flush = os.fsync

    def noted(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        seen.append(f"{kind} {(tmp_path / 'f' / 'file').exists()}")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    files.write_new(tmp_path / "f" / "file", b"x")
    assert seen == ["file False", "folder True"]


@pytest.mark.parametrize("open_mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_open_to_others_is_refused(tmp_path: Path, open_mode: int) -> None:
    """Any bit for group or others is too much, and the fault names the file and its mode."""
    path = tmp_path / "f" / "file"
    files.write_new(path, b"x")
    path.chmod(open_mode)
    with pytest.raises(WalletFault) as caught:
        files.read_private(path, bytes_max=10)
    assert caught.value.key == "file_open_to_others"
    assert caught.value.details == {"path": str(path), "mode": f"{open_mode:04o}"}


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    """Nothing private is written into a folder that others may enter."""
    (tmp_path / "f").mkdir(mode=0o755)
    (tmp_path / "f").chmod(0o755)
    with pytest.raises(WalletFault) as caught:
        files.write_new(tmp_path / "f" / "file", b"x")
    assert caught.value.key == "folder_open_to_others"
    assert not list((tmp_path / "f").iterdir())


def test_pipes_folders_and_giants_are_refused(tmp_path: Path) -> None:
    """Reading never waits for a pipe's writer, and never takes in more than was asked for."""
    folder = tmp_path / "f"
    files.write_new(folder / "large", b"x" * 11)
    os.mkfifo(folder / "pipe", 0o600)
    (folder / "inner").mkdir(mode=0o700)
    found = {}
    for name in ("large", "pipe", "inner"):
        with pytest.raises(WalletFault) as caught:
            files.read_private(folder / name, bytes_max=10)
        found[name] = caught.value.key
    assert found == {"large": "file_too_large", "pipe": "file_not_regular", "inner": "file_not_regular"}


def test_a_place_where_nothing_can_be_written_is_a_fault(tmp_path: Path) -> None:
    """A file where a folder should be gives our fault with its reason, not a bare exception."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WalletFault) as caught:
        files.make_private_folder(tmp_path / "file" / "folder")
    assert caught.value.key == "file_not_written"
    assert caught.value.details["why"]


def test_the_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    """Two threads that add to a number under the lock never lose an addition."""
    counter = tmp_path / "f" / "counter"
    files.write_new(counter, b"0")

    def add() -> None:
        for _ in range(25):
            with files.locked(tmp_path / "f"):
                counter.write_bytes(str(int(counter.read_bytes()) + 1).encode())

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_bytes() == b"100"
