"""What the wallets of the suite remember of their passphrases: each is stretched once with its salt, not at every run.

Argon2id is meant to take 0.2 s, and a wallet that is used twenty times in a test would pay for it twenty times. Here a
warm wallet (`tests.warm`) looks whether a run before it has stretched the very same passphrase with the very same salt
at the very same cost. Key files are what they always are, and a wallet that is started cold opens them.
"""

from __future__ import annotations

import hashlib
import mmap

from wallet_cli import keystore
from wallet_cli.keystore import KeyCost

_SLOTS = 1 << 14
_BYTES = 32


class Remembered:
    """Stretched keys in memory that a process shares with those it forks, and with nobody else.

    A slot holds a key and a hash of it with what it was made from, so that half a write is as good as none.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SLOTS * 2 * _BYTES)
        self._stretch = keystore._stretch

    def stretch(self, passphrase: str, salt: bytes, cost: KeyCost) -> bytes:
        """As `keystore._stretch`, from memory if it was done before."""
        asked = hashlib.sha256(repr((passphrase, salt, cost)).encode("utf-8", "surrogatepass")).digest()
        start = int.from_bytes(asked[:4], "big") % _SLOTS * 2 * _BYTES
        slot = self._memory[start : start + 2 * _BYTES]
        key, proof = slot[:_BYTES], slot[_BYTES:]
        if proof != hashlib.sha256(asked + key).digest():
            key = self._stretch(passphrase, salt, cost)
            self._memory[start : start + 2 * _BYTES] = key + hashlib.sha256(asked + key).digest()
        return key


keystore._stretch = Remembered().stretch
