"""Recovery words: 24 English words on paper, from which both keys of a wallet come back (BIP 39).

The words are English in either language of the wallet: there is one list that every wallet in the world can
read, and no Swahili one. 32 random bytes are written as 24 words, the last of which carries a checksum of 8
bits. The words give a seed of 64 bytes, and the seed gives each key its own 32 bytes by HKDF-SHA256 (RFC
5869), so that who steals the read key learns nothing about the other.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from ledger.faults import require
from wallet_cli.faults import ExitCode, WalletFault

WORDS_COUNT = 24
ENTROPY_BYTES = 32
SEED_BYTES = 64
KEY_SEED_BYTES = 32
PREFIX_LETTERS = 4
"""No two words of the list agree in their first four letters, so four are enough to name one."""

WORD_LIST_SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
"""Of the official list, https://github.com/bitcoin/bips/blob/master/bip-0039/english.txt."""

DEFAULT_ALGORITHM = "Ed25519"
POST_QUANTUM = "ML-DSA-44"
ALGORITHMS = (DEFAULT_ALGORITHM, POST_QUANTUM)
"""What a wallet's order key may be. Both are made from a seed, hence from words; the read key is always the first."""

Purpose = Literal["order", "read"]
"""What a key may do: sign orders, or only read."""

_INFO: dict[Purpose, bytes] = {"order": b"daftari wallet order key", "read": b"daftari wallet read key"}
_WORD_BITS = 11
_ROUNDS = 2_048
_SUGGESTIONS_MAX = 3
_TYPED_LETTERS_MAX = 40


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 English words of BIP 39, in their order."""
    from importlib import resources

    text = resources.files("wallet_cli").joinpath("english.txt").read_bytes()
    require(hashlib.sha256(text).hexdigest() == WORD_LIST_SHA256, "the word list is the official one")
    return tuple(text.decode("ascii").split())


def generate_words() -> tuple[str, ...]:
    """24 fresh words from the operating system's randomness."""
    return words_of(secrets.token_bytes(ENTROPY_BYTES))


def words_of(entropy: bytes) -> tuple[str, ...]:
    """The 24 words for 32 bytes of entropy."""
    require(len(entropy) == ENTROPY_BYTES, "24 words stand for 32 bytes")
    number = int.from_bytes(entropy + hashlib.sha256(entropy).digest()[:1], "big")
    return tuple(
        word_list()[number >> _WORD_BITS * (WORDS_COUNT - 1 - place) & 2_047] for place in range(WORDS_COUNT)
    )


def parse_words(text: str) -> tuple[str, ...]:
    """The 24 words in what somebody typed: any case and spacing, numbered or not, four letters or more each.

    Raises:
        WalletFault: `words_count`, `word_unknown` (with its place and the nearest words), or `words_checksum`
            (with the words that may be wrong).
    """
    typed = [
        part.strip(".:)").lower() for part in unicodedata.normalize("NFKD", text).replace(",", " ").split()
    ]
    typed = [part for part in typed if part and not part.isdecimal()]
    if len(typed) != WORDS_COUNT:
        raise WalletFault("words_count", ExitCode.USAGE, count=len(typed), expected=WORDS_COUNT)
    words = tuple(_word(part, place) for place, part in enumerate(typed, start=1))
    if not _checksum_holds(words):
        doubtful = list(_doubtful(words))
        if doubtful:
            raise WalletFault(
                "words_checksum_doubtful", ExitCode.USAGE, doubtful=", ".join(doubtful[:_SUGGESTIONS_MAX])
            )
        raise WalletFault("words_checksum", ExitCode.USAGE)
    return words


def seed(words: Sequence[str], *, passphrase: str = "") -> bytes:
    """The 64 bytes that the words stand for: PBKDF2-HMAC-SHA512, 2,048 rounds (BIP 39).

    The wallet uses no `passphrase`: one that is forgotten would make the words worthless.
    """
    salt = unicodedata.normalize("NFKD", f"mnemonic{passphrase}").encode()
    return hashlib.pbkdf2_hmac("sha512", " ".join(words).encode(), salt, _ROUNDS, SEED_BYTES)


def derive_key_seed(wallet_seed: bytes, purpose: Purpose, algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    """The 32 bytes from which the key for this purpose is made (HKDF-SHA256 without salt).

    Each algorithm has a seed of its own, so that breaking one key of these words says nothing about another.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    require(len(wallet_seed) == SEED_BYTES, "a wallet's seed has 64 bytes")
    info = _INFO[purpose] if algorithm == DEFAULT_ALGORITHM else _INFO[purpose] + f" {algorithm}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_SEED_BYTES, salt=None, info=info).derive(wallet_seed)


def nearest_words(typed: str) -> tuple[str, ...]:
    """Up to three words of the list that look most like this one, the likeliest first."""
    from difflib import get_close_matches

    return tuple(get_close_matches(typed[:_TYPED_LETTERS_MAX], word_list(), n=_SUGGESTIONS_MAX, cutoff=0.6))


def _word(typed: str, place: int) -> str:
    """The word of the list that was typed in full or by its first four letters (or more)."""
    if typed in _places():
        return typed
    if len(typed) >= PREFIX_LETTERS:
        # Only a true prefix: "abandonned" is a slip to be shown, not a short form of "abandon".
        for word in word_list():
            if word.startswith(typed):
                return word
    near = nearest_words(typed)
    key = "word_unknown_near" if near else "word_unknown"
    raise WalletFault(
        key, ExitCode.USAGE, place=place, typed=typed[:_TYPED_LETTERS_MAX], suggestions=", ".join(near)
    )


@cache
def _places() -> dict[str, int]:
    return {word: place for place, word in enumerate(word_list())}


def _checksum_holds(words: Sequence[str]) -> bool:
    number = 0
    for word in words:
        number = number << _WORD_BITS | _places()[word]
    entropy = (number >> 8).to_bytes(ENTROPY_BYTES, "big")
    return hashlib.sha256(entropy).digest()[0] == number & 0xFF


def _doubtful(words: tuple[str, ...]) -> Iterator[str]:
    """`3 have (cave?)`: places where the checksum would hold with a word that differs in one letter."""
    for place, word in enumerate(words):
        for other in word_list():
            if _one_letter_apart(word, other) and _checksum_holds(
                (*words[:place], other, *words[place + 1 :])
            ):
                yield f"{place + 1} {word} ({other}?)"


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter changed, added or left out makes the one word of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rests = one[start:], other[start:]
    return rests[0][1:] == rests[1][1:] or rests[0][1:] == rests[1] or rests[0] == rests[1][1:]
