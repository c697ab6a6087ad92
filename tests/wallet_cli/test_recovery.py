"""Recovery words: BIP 39 to the letter, and kind to whoever types them from paper."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import BrokenPromise
from wallet_cli.faults import WalletFault
from wallet_cli.recovery import (
    WORD_LIST_SHA256,
    derive_key_seed,
    generate_words,
    nearest_words,
    parse_words,
    seed,
    word_list,
    words_of,
)

# Entropy, words and seed (with the passphrase TREZOR) of the public BIP 39 test vectors.
VECTORS = [
    (
        "00" * 32,
        "abandon " * 23 + "art",
        (
            "bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3"
            "de6f5d4a10be8ed2a5e608d68f92fcc8"
        ),
    ),
    (
        "7f" * 32,
        (
            "legal winner thank year wave sausage worth useful legal winner thank year wave sausage "
            "worth useful "
            "legal winner thank year wave sausage worth title"
        ),
        (
            "bc09fca1804f7e69da93c2f2028eb238c227f2e9dda30cd63699232578480a4021b146ad717fbb7e451ce9eb835f4362"
            "0bf5c514db0f8add49f5d121449d3e87"
        ),
    ),
    (
        "ff" * 32,
        "zoo " * 23 + "vote",
        (
            "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3992"
            "c456cdf60f5d4564b8ba3f05a69890ad"
        ),
    ),
    (
        "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
        (
            "hamster diagram private dutch cause delay private meat slide toddler razor book happy "
            "fancy gospel "
            "tennis maple dilemma loan word shrug inflict delay length"
        ),
        (
            "64c87cde7e12ecf6704ab95bb1408bef047c22db4cc7491c4271d170a1b213d20b385bc1588d9c7b38f1b39d415665b8"
            "a9030c9ec653d75e65f847d8fc1fc440"
        ),
    ),
    (
        "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
        (
            "void come effort suffer camp survey warrior heavy shoot primary clutch crush open "
            "amazing screen "
            "patrol group space point ten exist slush involve unfold"
        ),
        (
            "01f5bced59dec48e362f2c45b5de68b9fd6c92c6634f44d6d40aab69056506f0e35524a518034ddc1192e1dacd32c1ed"
            "3eaa3c3b131c88ed8e7e54c49a5d0998"
        ),
    ),
]
GOOD = VECTORS[3][1]


def fault_of(text: str) -> WalletFault:
    """The fault that these words raise."""
    with pytest.raises(WalletFault) as caught:
        parse_words(text)
    return caught.value


def test_the_word_list_is_the_official_one() -> None:
    """2,048 different words in alphabetical order, the well-known hash, and four letters name each."""
    text = "".join(f"{word}\n" for word in word_list())
    assert hashlib.sha256(text.encode()).hexdigest() == WORD_LIST_SHA256
    assert len(word_list()) == len({word[:4] for word in word_list()}) == 2_048
    assert list(word_list()) == sorted(word_list())


@pytest.mark.parametrize("entropy,words,expected_seed", VECTORS)
def test_public_vectors(entropy: str, words: str, expected_seed: str) -> None:
    """Entropy to words, words to seed, as every other wallet does it."""
    assert words_of(bytes.fromhex(entropy)) == tuple(words.split())
    assert parse_words(words) == tuple(words.split())
    assert seed(words.split(), passphrase="TREZOR").hex() == expected_seed


@given(st.binary(min_size=32, max_size=32))
def test_any_words_read_back(entropy: bytes) -> None:
    """What is generated is understood: in full, by four letters, in capitals, and numbered."""
    words = words_of(entropy)
    assert parse_words(" ".join(words)) == words
    assert parse_words("\n".join(word[:4].upper() for word in words)) == words
    assert parse_words("  ".join(f"{place}. {word}" for place, word in enumerate(words, start=1))) == words


def test_fresh_words_are_fresh() -> None:
    """Two generations differ, and each holds its checksum."""
    first, second = generate_words(), generate_words()
    assert first != second
    assert parse_words(" ".join(first)) == first


@pytest.mark.parametrize("count", [0, 12, 23, 25])
def test_the_number_of_words_is_checked_first(count: int) -> None:
    """24 words and no other number, said with the number that was typed."""
    fault = fault_of(" ".join(["abandon"] * count))
    assert (fault.key, fault.details) == ("words_count", {"count": count, "expected": 24})


@pytest.mark.parametrize(
    "typed,meant",
    [("hamstre", "hamster"), ("hamstter", "hamster"), ("hamtser", "hamster"), ("hamsters", "hamster")],
)
def test_a_mistyped_word_is_named_with_what_is_near(typed: str, meant: str) -> None:
    """Its place, how it was typed, and the likeliest word first."""
    fault = fault_of(GOOD.replace("hamster", typed))
    assert fault.key == "word_unknown_near"
    assert fault.details["place"] == 1
    assert fault.details["typed"] == typed
    assert str(fault.details["suggestions"]).split(", ")[0] == meant


def test_a_word_like_no_other_is_named_without_a_guess() -> None:
    """Nothing near: the place alone, and a word of any length is cut before it is shown."""
    fault = fault_of(GOOD.replace("diagram", "q" * 500))
    assert (fault.key, fault.details["place"], len(str(fault.details["typed"]))) == ("word_unknown", 2, 40)


def test_three_letters_of_a_longer_word_are_not_enough() -> None:
    """`ham` could only be hamster, yet the rule is four letters; a word of three letters is one."""
    assert fault_of(GOOD.replace("hamster", "ham")).details["place"] == 1
    assert parse_words("zoo " * 23 + "vote")[0] == "zoo"


def test_two_words_that_changed_places_are_noticed() -> None:
    """All words are on the list, but the checksum does not hold."""
    words = GOOD.split()
    words[0], words[1] = words[1], words[0]
    assert fault_of(" ".join(words)).key.startswith("words_checksum")


def test_a_word_one_letter_off_is_doubted_by_name() -> None:
    """`word` for `wood`, both on the list: the fault points at that place with the word that would fit."""
    fault = fault_of(GOOD.replace(" word ", " wood "))
    assert fault.key == "words_checksum_doubtful"
    assert "20 wood (word?)" in str(fault.details["doubtful"])


def test_no_fault_shows_the_other_words() -> None:
    """A fault travels to logs and screens: it names the doubtful word, never the rest of the secret."""
    for text in (
        GOOD.replace("hamster", "hamstre"),
        " ".join(GOOD.split()[:23]),
        GOOD.replace(" word ", " wood "),
    ):
        assert not {"diagram", "toddler", "tennis", "length"} & set(str(fault_of(text)).split())


def test_each_key_has_its_own_seed() -> None:
    """HKDF-SHA256 step by step (RFC 5869) gives the same two seeds, and they differ."""
    wallet_seed = seed(GOOD.split())

    def hkdf(info: bytes) -> bytes:
        extracted = hmac.new(bytes(32), wallet_seed, "sha256").digest()
        return hmac.new(extracted, info + b"\x01", "sha256").digest()

    order, read = derive_key_seed(wallet_seed, "order"), derive_key_seed(wallet_seed, "read")
    assert (order, read) == (hkdf(b"daftari wallet order key"), hkdf(b"daftari wallet read key"))
    assert order != read


def test_wrong_lengths_are_bugs() -> None:
    """Entropy of 16 bytes or a seed of 32 is a mistake of ours, not of the person."""
    with pytest.raises(BrokenPromise):
        words_of(bytes(16))
    with pytest.raises(BrokenPromise):
        derive_key_seed(bytes(32), "order")


def test_nearest_words_are_few_and_quick_for_any_length() -> None:
    """At most three, also for a text that nobody would call a word."""
    assert len(nearest_words("abandno")) <= 3
    assert nearest_words("z" * 100_000) == ()
