"""Sealing: what is closed opens with its own keys in its own place, and with nothing else anywhere."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.directory.kinds import Kind
from ledger.directory.sealing import WRAPPED_BYTES, DirectoryKey

DIRECTORY = DirectoryKey(bytes(range(32)))
OTHER = DirectoryKey(bytes(32))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80)


@given(party=st.text(min_size=1, max_size=20), kind=st.sampled_from(Kind), text=TEXTS)
def test_what_is_sealed_is_opened_again(party: str, kind: Kind, text: str) -> None:
    """Through the wrapped key too; and never twice into the same bytes."""
    person, wrapped = DIRECTORY.new_person(party)
    sealed = person.seal(kind, "", text)
    opened = DIRECTORY.open_person(party, wrapped)
    assert opened is not None
    assert opened.open(kind, "", sealed) == text
    assert person.seal(kind, "", text) != sealed
    assert len(wrapped) == WRAPPED_BYTES


def test_nothing_opens_in_another_place() -> None:
    """Another directory's key, another person, another kind, another thing that it is about: nothing."""
    person, wrapped = DIRECTORY.new_person("asha")
    somebody, _ = DIRECTORY.new_person("asha")
    sealed = person.seal(Kind.PHONE, "", "255712345678")
    assert OTHER.open_person("asha", wrapped) is None
    assert DIRECTORY.open_person("juma", wrapped) is None
    assert somebody.open(Kind.PHONE, "", sealed) is None
    assert person.open(Kind.NAME, "", sealed) is None
    assert person.open(Kind.PHONE, "x", sealed) is None


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_changed_bit_is_noticed(place: int, bit: int) -> None:
    """Nothing is opened wrongly."""
    person, wrapped = DIRECTORY.new_person("asha")
    sealed = bytearray(person.seal(Kind.NAME, "", "Asha"))
    sealed[place % len(sealed)] ^= 1 << bit
    assert person.open(Kind.NAME, "", bytes(sealed)) is None
    damaged = bytearray(wrapped)
    damaged[place % len(damaged)] ^= 1 << bit
    assert DIRECTORY.open_person("asha", bytes(damaged)) is None
    assert person.open(Kind.NAME, "", b"short") is None


def test_the_length_of_a_name_does_not_show() -> None:
    """Up to a whole block all are equally long."""
    person, _ = DIRECTORY.new_person("asha")
    assert len(person.seal(Kind.NAME, "", "A")) == len(person.seal(Kind.NAME, "", "A" * 64))


def test_hashes_find_equal_values_and_tell_nothing_without_the_key() -> None:
    """Equal for equal values of one kind; another under another key; and neither kind nor id shows the secret."""
    assert DIRECTORY.hash_of(Kind.TIN, "121207079") == DIRECTORY.hash_of(Kind.TIN, "121207079")
    others = [
        DIRECTORY.hash_of(Kind.PHONE, "121207079"),
        DIRECTORY.hash_of(Kind.TIN, "121207078"),
        OTHER.hash_of(Kind.TIN, "121207079"),
    ]
    assert DIRECTORY.hash_of(Kind.TIN, "121207079") not in others
    assert DIRECTORY.key_id != OTHER.key_id
    assert DIRECTORY.key_id == DirectoryKey(bytes(range(32))).key_id
