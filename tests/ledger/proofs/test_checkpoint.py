"""Checkpoints: the form to the byte, other people's verifier keys, and every text that proves nothing."""

from __future__ import annotations

import base64
import hashlib

import pytest

from ledger.faults import BrokenPromise, Fault, LedgerFault
from ledger.proofs.checkpoint import (
    CHECKPOINT_CHARACTERS_MAX,
    Checkpoint,
    open_checkpoint,
    origin_of,
    sign_checkpoint,
    verifier_key,
)
from ledger.proofs.merkle import leaf_hash
from ledger.signing.keys import PrivateKey, PublicKey, require_registrable, verify
from tests.refused import refused

ORIGIN = origin_of("kWm1bq3mB0nCzTnDf6LqYw8r7uQ1m1q9Zk2m7h4E3aA")
KEY = PrivateKey.from_seed(b"\x11" * 32)
OTHER = PrivateKey.from_seed(b"\x12" * 32)
ROOT = leaf_hash(b"root")
TEXT = sign_checkpoint(KEY, origin=ORIGIN, size=20_852_163, root=ROOT)
HEAD, _, SIGNED = TEXT.partition("\n\n")


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def opened(text: str, *keys: PrivateKey) -> Checkpoint:
    """Open with these log keys, or with the one."""
    return open_checkpoint(text, origin=ORIGIN, log_keys=[key.public for key in keys or (KEY,)])


def signed_as(head: str, key: PrivateKey = KEY, name: str = ORIGIN) -> str:
    """Any text in the form of a signed note, rightly signed."""
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + key.public.raw).digest()[:4]
    return f"{head}\n— {name} {b64(key_id + key.sign(head.encode()))}\n"


def test_the_form() -> None:
    """Origin, size, root, an empty line, and the signature over all that stands before it."""
    lines = TEXT.split("\n")
    assert lines[:4] == [ORIGIN, "20852163", b64(ROOT), ""]
    assert lines[5:] == [""]
    dash, name, signature = lines[4].split(" ")
    assert (dash, name) == ("\u2014", ORIGIN)
    data = base64.b64decode(signature)
    assert data[:4] == hashlib.sha256(ORIGIN.encode() + b"\n" + b"\x01" + KEY.public.raw).digest()[:4]
    verify(KEY.public, f"{ORIGIN}\n20852163\n{b64(ROOT)}\n".encode(), data[4:])
    assert opened(TEXT) == Checkpoint(size=20_852_163, root=ROOT, kid=KEY.public.kid)
    assert signed_as(HEAD + "\n") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    ],
)
def test_verifier_keys_of_others(text: str) -> None:
    """The verifier keys of two well-known signed notes are written here as they are published, key id included."""
    name, _, encoded = text.split("+", 2)
    key = PublicKey("Ed25519", base64.b64decode(encoded)[1:])
    require_registrable(key)
    assert verifier_key(name, key) == text


def test_a_note_signed_by_another_implementation() -> None:
    """The example of Go's package `note`: its key id is ours, and its signature over the text holds."""
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    key = PublicKey("Ed25519", base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:])
    assert verifier_key("PeterNeumann", key).split("+")[1] == signature[:4].hex()
    verify(key, text.encode(), signature[4:])


@pytest.mark.parametrize("size", [0, 1, 9, 10, 2**63 - 1])
def test_sizes(size: int) -> None:
    """Every size that a log can have, there and back."""
    assert opened(sign_checkpoint(KEY, origin=ORIGIN, size=size, root=ROOT)).size == size


WITNESS = f"— witness.example/w1 {b64(bytes(4) + bytes(72))}\n"
POST_QUANTUM = f"— witness.example/w2 {b64(bytes(4) + bytes(2_428))}\n"


def test_other_signatures_are_passed_over() -> None:
    """Witnesses' lines, before and after ours, are no concern of ours: not even what they sign (C2SP signed-note)."""
    ours = SIGNED
    for lines in (ours + WITNESS, WITNESS + ours, WITNESS * 7 + ours + POST_QUANTUM * 8):
        assert opened(f"{HEAD}\n\n{lines}").size == 20_852_163


def test_same_name_or_same_id_is_not_the_same_key() -> None:
    """A line with our name and another id, or our id and another name, is by a key that we do not know."""
    ours = base64.b64decode(SIGNED.split(" ")[2])
    other_id = f"— {ORIGIN} {b64(bytes(4) + ours[4:])}\n"
    other_name = f"— daftari/someone-else {b64(ours)}\n"
    assert opened(TEXT + other_id + other_name).size == 20_852_163
    for lines in (other_id, other_name, WITNESS):
        with refused(Fault.PROOF_INVALID, what="checkpoint_unsigned"):
            opened(f"{HEAD}\n\n{lines}")


def test_rotation() -> None:
    """Any of the log's keys will do, and it is told which; both may sign."""
    both = TEXT + signed_as(HEAD + "\n", OTHER).partition("\n\n")[2]
    assert opened(TEXT, OTHER, KEY).kid == KEY.public.kid
    assert opened(both, OTHER).kid == OTHER.public.kid
    assert opened(both, KEY, OTHER).size == 20_852_163
    with refused(Fault.PROOF_INVALID, what="checkpoint_unsigned"):
        opened(TEXT, OTHER)
    with refused(Fault.PROOF_INVALID, what="checkpoint_unsigned"):
        open_checkpoint(TEXT, origin=ORIGIN, log_keys=[])


def test_one_wrong_signature_of_a_known_key_is_enough() -> None:
    """If a line names a key that is known, its signature must hold, whatever stands beside it."""
    wrong = bytearray(base64.b64decode(SIGNED.split(" ")[2]))
    for place in (4, 40, 67):
        changed = bytes(wrong[:place]) + bytes([wrong[place] ^ 1]) + bytes(wrong[place + 1 :])
        line = f"— {ORIGIN} {b64(changed)}\n"
        for lines in (line, SIGNED + line, line + SIGNED):
            with refused(Fault.PROOF_INVALID, what="checkpoint_signature"):
                opened(f"{HEAD}\n\n{lines}")
    for short in (bytes(wrong[:4]), bytes(wrong[:-1]), bytes(wrong) + b"\x00"):
        with refused(Fault.PROOF_INVALID, what="checkpoint_signature"):
            opened(f"{HEAD}\n\n— {ORIGIN} {b64(short)}\n")


def test_another_log() -> None:
    """A checkpoint of another ledger is not ours, even if our key signed it."""
    for origin in (origin_of("A" * 43), ORIGIN + "x", ORIGIN[:-1], ORIGIN.upper(), "daftari/"):
        with refused(Fault.PROOF_INVALID, what="checkpoint_origin"):
            opened(sign_checkpoint(KEY, origin=origin, size=1, root=ROOT))


HEADS = {
    "a leading zero": f"{ORIGIN}\n01\n{b64(ROOT)}\n",
    "a sign": f"{ORIGIN}\n+1\n{b64(ROOT)}\n",
    "a negative size": f"{ORIGIN}\n-1\n{b64(ROOT)}\n",
    "a size with a space": f"{ORIGIN}\n1 \n{b64(ROOT)}\n",
    "a size in other digits": f"{ORIGIN}\n\u0661\u0662\n{b64(ROOT)}\n",
    "a size over 64 bits": f"{ORIGIN}\n9223372036854775808\n{b64(ROOT)}\n",
    "a size of five thousand digits": f"{ORIGIN}\n{'9' * 5_000}\n{b64(ROOT)}\n",
    "no size": f"{ORIGIN}\n\n{b64(ROOT)}\n",
    "a short root": f"{ORIGIN}\n1\n{b64(ROOT[:31])}\n",
    "a long root": f"{ORIGIN}\n1\n{b64(ROOT + b'x')}\n",
    "a root without padding": f"{ORIGIN}\n1\n{b64(ROOT)[:-1]}\n",
    "a root in the other alphabet": f"{ORIGIN}\n1\n{base64.urlsafe_b64encode(bytes([255] * 32)).decode()}\n",
    "an extension line": f"{ORIGIN}\n1\n{b64(ROOT)}\nextension\n",
    "two lines": f"{ORIGIN}\n1\n",
    "no origin": f"\n1\n{b64(ROOT)}\n",
    "carriage returns": f"{ORIGIN}\r\n1\r\n{b64(ROOT)}\r\n",
    "a tab": f"{ORIGIN}\n1\t\n{b64(ROOT)}\n",
}


@pytest.mark.parametrize("name", HEADS)
def test_another_text_rightly_signed(name: str) -> None:
    """The log key's signature does not make a checkpoint of a text that is none."""
    with refused(Fault.PROOF_INVALID, what="checkpoint_form"):
        opened(signed_as(HEADS[name]))


def test_unused_bits_of_the_root() -> None:
    """A root in a second spelling of base64 is refused, though the log key signed it."""
    encoded = b64(bytes(32))
    with refused(Fault.PROOF_INVALID, what="checkpoint_form"):
        opened(signed_as(f"{ORIGIN}\n1\n{encoded[:-2]}B=\n"))


ENDS = {
    "nothing": "",
    "no signature line": f"{HEAD}\n\n",
    "no empty line": f"{HEAD}\n{SIGNED}",
    "two empty lines": f"{HEAD}\n\n\n{SIGNED}",
    "no newline at the end": TEXT[:-1],
    "a hyphen for the dash": TEXT.replace("\u2014", "-"),
    "an en dash": TEXT.replace("\u2014", "\u2013"),
    "two spaces": TEXT.replace("\u2014 ", "\u2014  "),
    "a no-break space": TEXT.replace("\u2014 ", "\u2014\u00a0"),
    "a text after the signatures": TEXT + "and more\n",
    "an empty line after the signatures": TEXT + "\n",
    "a line that is no signature": TEXT + "— witness.example/w1\n",
    "a name with a plus": TEXT + WITNESS.replace("witness", "wit+ness"),
    "a name with a line separator": TEXT + WITNESS.replace("witness", "wit\u2028ness"),
    "a witness's base64 without padding": TEXT + WITNESS.replace("=", ""),
    "a witness's base64 with unused bits": TEXT + "— w AAAAAAB=\n",
    "a NUL": TEXT.replace("daftari", "daf\x00tari", 1),
    "an escape in a witness's name": TEXT + WITNESS.replace("witness", "wit\x1b[31mness"),
    "too long": TEXT + POST_QUANTUM * (CHECKPOINT_CHARACTERS_MAX // len(POST_QUANTUM) + 1),
}


@pytest.mark.parametrize("name", ENDS)
def test_no_signed_note(name: str) -> None:
    """A text whose end is not that of a signed note is refused as a whole."""
    with refused(Fault.PROOF_INVALID, what="checkpoint_form"):
        opened(ENDS[name])


def test_every_changed_character_is_noticed() -> None:
    """No character of a checkpoint can be exchanged for another, nor one be left out."""
    for place in range(len(TEXT)):
        for character in ("A", "b", "1", "=", "\n", " ", "\u2014", ""):
            changed = TEXT[:place] + character + TEXT[place + 1 :]
            if changed != TEXT:
                with pytest.raises(LedgerFault) as caught:
                    opened(changed)
                assert caught.value.fault is Fault.PROOF_INVALID


def test_programmers_errors() -> None:
    """A log key is an Ed25519 key, and a head has a size and a root: anything else is a bug."""
    with pytest.raises(BrokenPromise):
        sign_checkpoint(PrivateKey.generate("ES256"), origin=ORIGIN, size=1, root=ROOT)
    for size, root in ((-1, ROOT), (2**63, ROOT), (1, ROOT[:-1])):
        with pytest.raises(BrokenPromise):
            sign_checkpoint(KEY, origin=ORIGIN, size=size, root=root)
