"""Keys at rest: what opens, what does not, and what is refused before it can do harm."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from ledger.faults import BrokenPromise
from wallet_cli import keystore
from wallet_cli.faults import ExitCode, WalletFault

SECRET = bytes(range(64))
PASSPHRASE = "maneno manne ya siri"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """One sealed key; sealing costs a tenth of a second."""
    return keystore.seal(SECRET, PASSPHRASE, about={"kid": "abc"})


def with_header(sealed: bytes, **changes: Any) -> bytes:
    """The same file with members of its header changed, or dropped where the value is None."""
    header, rest = sealed.split(b"\n", 1)
    members = json.loads(header) | changes
    return (
        json.dumps({name: value for name, value in members.items() if value is not None}).encode()
        + b"\n"
        + rest
    )


def fault_of(content: bytes, passphrase: str = PASSPHRASE) -> str:
    """The key of the fault that opening raises."""
    with pytest.raises(WalletFault) as caught:
        keystore.open_sealed(content, passphrase)
    assert caught.value.exit_code is ExitCode.NOT_AUTHORISED
    return caught.value.key


def test_the_passphrase_opens_what_it_sealed(sealed: bytes) -> None:
    """The secret comes back, its public facts need no passphrase, and the file does not show the secret."""
    assert keystore.open_sealed(sealed, PASSPHRASE) == SECRET
    assert keystore.about_sealed(sealed) == {"kid": "abc"}
    assert base64.urlsafe_b64encode(SECRET)[:20] not in sealed


def test_the_file_says_how_it_was_made(sealed: bytes) -> None:
    """Argon2id with 64 MiB, 3 passes, 4 lanes, then ChaCha20-Poly1305; a format and a version."""
    members = json.loads(sealed.split(b"\n")[0])
    stated = {
        name: members[name]
        for name in ("format", "version", "kdf", "memory_kib", "passes", "lanes", "cipher")
    }
    assert stated == {
        "format": "pochi-key",
        "version": 1,
        "kdf": "argon2id",
        "memory_kib": 65_536,
        "passes": 3,
        "lanes": 4,
        "cipher": "chacha20-poly1305",
    }


def test_another_program_opens_it(sealed: bytes) -> None:
    """The format as documented, followed step by step, gives the secret without this module's code."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    header, ciphertext = sealed.rstrip(b"\n").split(b"\n")
    members = json.loads(header)
    salt, nonce, data = (
        base64.urlsafe_b64decode(text + "==")
        for text in (members["salt"], members["nonce"], ciphertext.decode())
    )
    key = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65_536).derive(
        PASSPHRASE.encode()
    )
    assert ChaCha20Poly1305(key).decrypt(nonce, data, header) == SECRET


def test_a_wrong_passphrase_is_told_so(sealed: bytes) -> None:
    """Another word, another case, nothing at all: the typed fault, never a wrong secret."""
    assert {fault_of(sealed, wrong) for wrong in ("maneno manne ya Siri", "", "x")} == {"passphrase_wrong"}


def test_the_same_passphrase_from_another_keyboard_opens(sealed: bytes) -> None:
    """Composed and decomposed letters are one passphrase; a stray surrogate is merely wrong."""
    composed = keystore.seal(b"x", "caf\u00e9 na chai ya leo", about={})
    assert keystore.open_sealed(composed, "cafe\u0301 na chai ya leo") == b"x"
    assert fault_of(sealed, "\udcff") == "passphrase_wrong"


def test_two_seals_of_one_secret_share_nothing(sealed: bytes) -> None:
    """Salt and nonce are fresh each time."""
    again = keystore.seal(SECRET, PASSPHRASE, about={"kid": "abc"})
    first, second = (json.loads(content.split(b"\n")[0]) for content in (sealed, again))
    assert first["salt"] != second["salt"]
    assert first["nonce"] != second["nonce"]


def test_the_header_cannot_be_changed(sealed: bytes) -> None:
    """Every change of the header, its spacing included, keeps the file shut: it is the associated data."""
    changed = [with_header(sealed, about={"kid": "mallory"}), with_header(sealed, passes=4)]
    respaced = sealed.replace(b'", "', b'","', 1)
    assert {fault_of(content) for content in (*changed, respaced)} == {"passphrase_wrong"}


@pytest.mark.parametrize(
    "changes",
    [
        {"memory_kib": 2**31},
        {"memory_kib": 524_289},
        {"passes": 1_000_000},
        {"lanes": 255},
        {"memory_kib": 8},
        {"passes": 0},
        {"passes": 1},
        {"lanes": -1},
        {"passes": 3.0},
        {"lanes": True},
        {"memory_kib": "65536"},
    ],
)
def test_a_hostile_cost_is_refused_before_it_is_paid(sealed: bytes, changes: dict[str, Any]) -> None:
    """Too dear, too cheap, or no number: refused at once, without stretching anything."""
    content = with_header(sealed, **changes)
    started = time.process_time()
    assert fault_of(content) == "key_file_cost"
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"kdf": "scrypt"},
        {"cipher": "none"},
        {"salt": "AAAA"},
        {"salt": 5},
        {"nonce": "!!!!"},
        {"nonce": None},
        {"about": None},
        {"about": {"kid": 5}},
        {"about": []},
        {"more": 1},
    ],
)
def test_what_is_no_key_file_is_called_damaged(sealed: bytes, changes: dict[str, Any]) -> None:
    """Missing, unknown and ill-typed members, other names and lengths."""
    assert fault_of(with_header(sealed, **changes)) == "key_file_damaged"


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{}\n\n", b"[]\nAAAA\n", b"[" * 16_000, b"\xff\xfe\n", b"null\nx\n", b"NaN\n"],
)
def test_rubbish_is_called_damaged(content: bytes) -> None:
    """Nothing that a file may hold gives anything but the typed fault."""
    assert fault_of(content) == "key_file_damaged"


def test_a_cut_file_is_called_damaged(sealed: bytes) -> None:
    """Cut in its second line, or with padding or a second spelling of its base64."""
    cut = [sealed[:-1], sealed.rstrip(b"\n") + b"=\n", sealed + b"\n"]
    assert {fault_of(content) for content in cut} == {"key_file_damaged"}
    assert fault_of(sealed[:-4] + b"\n") in ("key_file_damaged", "passphrase_wrong")


def test_a_later_version_has_its_own_words(sealed: bytes) -> None:
    """A file of version 2 is not damaged: it wants a newer wallet."""
    assert fault_of(with_header(sealed, version=2)) == "key_file_version"


def test_the_cost_may_be_raised_but_not_lowered() -> None:
    """A file at a higher cost opens as well; below the floor nothing is sealed."""
    dearer = keystore.seal(b"x", PASSPHRASE, about={}, cost=keystore.KeyCost(passes=4))
    assert keystore.open_sealed(dearer, PASSPHRASE) == b"x"
    with pytest.raises(BrokenPromise):
        keystore.seal(b"x", PASSPHRASE, about={}, cost=keystore.KeyCost(memory_kib=1_024))


def test_a_key_file_is_never_overwritten(tmp_path: Path, sealed: bytes) -> None:
    """Saved with mode 0600 in a folder of mode 0700; the second key under the same name is refused."""
    path = tmp_path / "keys" / "asha.key"
    keystore.save_key_file(path, sealed)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(WalletFault) as caught:
        keystore.save_key_file(path, b"another key")
    assert caught.value.key == "key_file_exists"
    assert keystore.load_key_file(path) == sealed


def test_a_missing_or_open_key_file_is_refused(tmp_path: Path, sealed: bytes) -> None:
    """No file, or one that others may read: said plainly, and not read."""
    path = tmp_path / "keys" / "asha.key"
    with pytest.raises(WalletFault) as missing:
        keystore.load_key_file(path)
    keystore.save_key_file(path, sealed)
    path.chmod(0o644)
    with pytest.raises(WalletFault) as open_to_others:
        keystore.load_key_file(path)
    assert [missing.value.key, open_to_others.value.key] == ["key_file_missing", "file_open_to_others"]


def test_a_read_key_needs_no_passphrase(tmp_path: Path) -> None:
    """Its seed and its public facts come back from a private file; what is no read key is called damaged."""
    path = tmp_path / "keys" / "asha.read.key"
    keystore.save_key_file(path, keystore.pack_read_key(SECRET[:32], about={"kid": "r"}))
    assert keystore.unpack_read_key(keystore.load_key_file(path)) == keystore.ReadKey(
        SECRET[:32], {"kid": "r"}
    )
    assert path.stat().st_mode & 0o777 == 0o600
    for content in (b"{}", keystore.pack_read_key(SECRET[:32], about={}).replace(b"AAEC", b"AA"), b"\xff"):
        with pytest.raises(WalletFault) as caught:
            keystore.unpack_read_key(content)
        assert caught.value.key == "key_file_damaged"


def test_a_sealed_key_is_no_read_key(sealed: bytes) -> None:
    """The two formats cannot be taken for each other."""
    with pytest.raises(WalletFault):
        keystore.unpack_read_key(sealed.split(b"\n")[0])
    assert fault_of(keystore.pack_read_key(SECRET[:32], about={})) == "key_file_damaged"


def test_short_passphrases_are_refused_for_new_keys() -> None:
    """Twelve characters are enough, eleven and a space are not."""
    keystore.check_passphrase("123456789012")
    with pytest.raises(WalletFault) as caught:
        keystore.check_passphrase("12345678901 ")
    assert caught.value.key == "passphrase_short"


@pytest.mark.parametrize(
    "content,expected",
    [(b"siri yangu\n", "siri yangu"), (b"siri\r\nmore\n", "siri"), (" siri é".encode(), " siri é")],
)
def test_a_passphrase_file_gives_its_first_line(tmp_path: Path, content: bytes, expected: str) -> None:
    """Without the end of the line, with every space that belongs to it."""
    path = tmp_path / "pass"
    path.write_bytes(content)
    path.chmod(0o600)
    assert keystore.read_passphrase_file(path) == expected


def test_a_passphrase_file_must_be_private_and_readable(tmp_path: Path) -> None:
    """Missing, open to others, empty, or no UTF-8: each has its own fault."""
    found = []
    for name, content, mode in (
        ("none", None, 0),
        ("open", b"x", 0o644),
        ("empty", b"\nx", 0o600),
        ("raw", b"\xff", 0o600),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
            path.chmod(mode)
        with pytest.raises(WalletFault) as caught:
            keystore.read_passphrase_file(path)
        found.append(caught.value.key)
    assert found == [
        "passphrase_file_missing",
        "file_open_to_others",
        "passphrase_file_unreadable",
        "passphrase_file_unreadable",
    ]
