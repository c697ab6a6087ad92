"""Amounts in words: the words of two amounts never read alike, in either language, even read aloud.

The proof is a second program: decoders that read words back to a number and share nothing with the room under
test but the vocabulary of the languages. The Swahili one is a listener who tries every way in which the words
could be grouped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.faults import BrokenPromise
from ledger.words.amounts import amount_in_words
from ledger.words.languages import LANGUAGES, Language

MAX = 2**63 - 1

EN_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
} | dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
EN_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12} | {
    "quadrillion": 10**15,
    "quintillion": 10**18,
}
SW_UNITS = {
    word: number
    for number, word in enumerate("moja mbili tatu nne tano sita saba nane tisa".split(), start=1)
}
SW_TENS = dict(
    zip(
        "kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini".split(),
        range(10, 100, 10),
        strict=True,
    )
)
SW_SCALES = {"elfu": 10**3, "laki": 10**5, "milioni": 10**6, "bilioni": 10**9, "trilioni": 10**12} | {
    "kwadrilioni": 10**15,
    "kwintilioni": 10**18,
}

EDGES = sorted(
    {
        abs(sign * offset + 10**power * factor)
        for power in range(19)
        for factor in (1, 2, 5, 9)
        for offset in (0, 1, 5, 25, 99, 100, 101, 500, 999, 1_000, 20_005, 99_999, 100_000, 250_000)
        for sign in (1, -1)
        if abs(sign * offset + 10**power * factor) <= MAX
    }
    | {MAX, MAX - 1, 2**31, 2**53}
)


def heard(text: str) -> str:
    """What remains of a text when it is read aloud: words, without punctuation and capitals."""
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def english_value(words: list[str]) -> int:
    """Read an English number: hundreds multiply what stands before, a scale closes its group."""
    total, group, last_scale = 0, 0, 10**21
    for word in words:
        if word in EN_NUMBERS:
            group += EN_NUMBERS[word]
        elif word == "hundred":
            assert 1 <= group <= 9
            group *= 100
        elif word in EN_SCALES:
            assert 1 <= group <= 999
            assert EN_SCALES[word] < last_scale
            last_scale = EN_SCALES[word]
            total, group = total + group * last_scale, 0
        else:
            assert word == "and", word
    assert group <= 999
    return total + group


def english_amount(text: str) -> int:
    """Minor units of an English amount of shillings and cents."""
    words = heard(text).split()
    shillings = cents = 0
    for end, word in enumerate(words):
        if word.startswith("shilling"):
            shillings, words = english_value(words[:end]), words[end + 1 :]
            break
    if words and words[-1].startswith("cent"):
        cents = english_value(words[:-1])
    else:
        assert not words
    return shillings * 100 + cents


Bit = tuple[str, ...]


def plain_value(bits: list[Bit]) -> int | None:
    """1 to 999 if these bits are hundreds, tens and units in that order, each at most once; else None."""
    total, above = 0, 1_000
    for bit in bits:
        if len(bit) == 2 and bit[0] == "mia" and bit[1] in SW_UNITS:
            value, kind = 100 * SW_UNITS[bit[1]], 100
        elif len(bit) == 1 and bit[0] in SW_TENS:
            value, kind = SW_TENS[bit[0]], 10
        elif len(bit) == 1 and bit[0] in SW_UNITS:
            value, kind = SW_UNITS[bit[0]], 1
        else:
            return None
        if kind >= above:
            return None
        total, above = total + value, kind
    return total or None


Group = tuple[str, int, int]
"""How it is said (`scale first`, `count first` or `bare`), its scale, its count."""


def group_of(bits: list[Bit]) -> Group | None:
    """What one group of bits can mean, if anything."""
    if bits[0][0] in SW_SCALES:
        count = plain_value([bits[0][1:], *bits[1:]])
        return None if count is None else ("scale first", SW_SCALES[bits[0][0]], count)
    if bits[-1][-1] in SW_SCALES:
        count = plain_value([*bits[:-1], bits[-1][:-1]])
        return None if count is None else ("count first", SW_SCALES[bits[-1][-1]], count)
    count = plain_value(bits)
    return None if count is None else ("bare", 1, count)


def groupings(bits: list[Bit], below: int) -> Iterator[list[Group]]:
    """Every way to hear these bits as groups whose scales descend."""
    if not bits:
        yield []
    for size in range(1, len(bits) + 1):
        group = group_of(bits[:size])
        if group is not None and group[1] < below:
            for rest in groupings(bits[size:], group[1]):
                yield [group, *rest]


def within_the_rule(groups: list[Group]) -> bool:
    """The rule of the house: one order throughout; a bare rest of 1 to 99 goes with the count first."""
    orders = {order for order, _, _ in groups if order != "bare"}
    short_rest = groups[-1][0] == "bare" and groups[-1][2] < 100
    return not orders or orders == {"count first" if short_rest else "scale first"}


def swahili_readings(words: list[str], *, by_the_rule: bool) -> set[int]:
    """Every number that these words can mean, to any listener or to one who knows the rule."""
    if words == ["sifuri"]:
        return {0}
    bits = [tuple(bit.split()) for bit in " ".join(words).split(" na ")]
    heard_as = [groups for groups in groupings(bits, 10**21) if not by_the_rule or within_the_rule(groups)]
    return {sum(scale * count for _, scale, count in groups) for groups in heard_as}


def swahili_amount(text: str) -> int:
    """Minor units of a Swahili amount of shillings and cents: the only reading under the rule."""
    match = re.fullmatch(r"(?:shilingi (.+?))?(?: na )?(?:senti (.+))?", heard(text))
    assert match is not None, text
    parts = []
    for words in match.groups():
        readings = {0} if words is None else swahili_readings(words.split(), by_the_rule=True)
        assert len(readings) == 1, (text, readings)
        parts.append(readings.pop())
    return parts[0] * 100 + parts[1]


DECODERS = {"en": english_amount, "sw": swahili_amount}

amounts = st.one_of(
    st.integers(0, MAX),
    st.integers(0, 10**7),
    st.sampled_from(EDGES),
    st.builds(lambda a, b, c: min(a * 10**11 + b * 10**5 + c, MAX), *[st.integers(0, 99_999)] * 3),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("decimals", [0, 2])
def test_no_two_of_the_first_two_hundred_thousand_amounts_are_heard_alike(
    language: Language, decimals: int
) -> None:
    """Exhaustively: 0 to 200,000 whole shillings, and 0 to 200,000 cents, all sound different."""
    sounds = {
        heard(amount_in_words(n, decimals=decimals, currency="TZS", language=language))
        for n in range(200_001)
    }
    assert len(sounds) == 200_001


@pytest.mark.parametrize("language", LANGUAGES)
def test_edges_are_heard_apart_and_read_back(language: Language) -> None:
    """Around every power of ten up to 2^63-1 the words differ from each other and decode to their amount."""
    texts = {n: amount_in_words(n, decimals=2, currency="TZS", language=language) for n in EDGES}
    assert len({heard(text) for text in texts.values()}) == len(EDGES)
    assert {n: DECODERS[language](text) for n, text in texts.items()} == {n: n for n in EDGES}


@pytest.mark.parametrize("language", LANGUAGES)
@given(minor_units=amounts)
@example(minor_units=25_000_00)
@example(minor_units=20_005_00)
@example(minor_units=200_000_005_00)
@example(minor_units=205_000_000_05)
def test_words_read_back_to_their_amount(language: Language, minor_units: int) -> None:
    """The independent decoder finds exactly one reading, and it is the amount."""
    text = amount_in_words(minor_units, decimals=2, currency="TZS", language=language)
    assert DECODERS[language](text) == minor_units


@given(whole=amounts)
def test_swahili_with_the_count_first_has_one_reading_to_anybody(whole: int) -> None:
    """Where a short rest follows a scale, even who does not know the rule hears one number only."""
    whole = whole - whole % 1_000 + whole % 99 + 1
    if 1_000 <= whole <= MAX:
        words = heard(amount_in_words(whole, decimals=0, currency="TZS", language="sw")).split()[1:]
        assert words[-1] not in SW_SCALES
        assert swahili_readings(words, by_the_rule=False) == {whole}


def test_the_listener_knows_the_trap() -> None:
    """A negative control: without the rule the decoder does hear two amounts in `elfu ishirini na tano`."""
    words = "elfu ishirini na tano".split()
    assert swahili_readings(words, by_the_rule=False) == {25_000, 20_005}
    assert swahili_readings(words, by_the_rule=True) == {25_000}


@given(part=st.integers(1, 999), whole=st.integers(0, 10**9), language=st.sampled_from(LANGUAGES))
def test_decimals_that_are_no_cents_are_said_digit_by_digit(
    part: int, whole: int, language: Language
) -> None:
    """A currency with three decimals: after the point stand exactly three digits, which read back."""
    text = amount_in_words(whole * 1_000 + part, decimals=3, currency="KWD", language=language)
    if language == "en":
        number, _, digits = heard(text).removesuffix(" kwd").partition(" point ")
        assert english_value(number.split()) == whole
        read = [EN_NUMBERS[word] for word in digits.split()]
    else:
        number, _, digits = heard(text).removeprefix("kwd ").partition(" nukta ")
        assert swahili_readings(number.split(), by_the_rule=True) == {whole}
        read = [(SW_UNITS | {"sifuri": 0})[word] for word in digits.split()]
    assert len(read) == 3
    assert int("".join(map(str, read))) == part


@pytest.mark.parametrize(
    "minor_units,english,swahili",
    [
        (0, "zero shillings", "shilingi sifuri"),
        (50, "fifty cents", "senti hamsini"),
        (1_01, "one shilling and one cent", "shilingi moja na senti moja"),
        (1_005_00, "one thousand and five shillings", "shilingi moja elfu na tano"),
        (15_000_00, "fifteen thousand shillings", "shilingi elfu kumi na tano"),
        (20_005_00, "twenty thousand and five shillings", "shilingi ishirini elfu na tano"),
        (25_000_00, "twenty-five thousand shillings", "shilingi elfu ishirini na tano"),
        (
            37_500_50,
            "thirty-seven thousand five hundred shillings and fifty cents",
            "shilingi elfu thelathini na saba na mia tano na senti hamsini",
        ),
        (150_000_00, "one hundred and fifty thousand shillings", "shilingi laki moja na elfu hamsini"),
        (
            5_020_005_00,
            "five million twenty thousand and five shillings",
            "shilingi tano milioni na ishirini elfu na tano",
        ),
        (
            250_000_000_00,
            "two hundred and fifty million shillings",
            "shilingi milioni mia mbili na hamsini",
        ),
        (
            200_000_050_00,
            "two hundred million and fifty shillings",
            "shilingi mia mbili milioni na hamsini",
        ),
    ],
)
def test_the_words_that_people_see(minor_units: int, english: str, swahili: str) -> None:
    """The customary forms, to the letter."""
    assert amount_in_words(minor_units, decimals=2, currency="TZS", language="en") == english
    assert amount_in_words(minor_units, decimals=2, currency="TZS", language="sw") == swahili


def test_other_currencies_go_by_their_code() -> None:
    """Only TZS is called shilling; a part below one unit still names the currency."""
    assert amount_in_words(1_500_50, decimals=2, currency="USD", language="en") == (
        "one thousand five hundred USD and fifty cents"
    )
    assert amount_in_words(50, decimals=2, currency="USD", language="sw") == "USD sifuri na senti hamsini"
    assert amount_in_words(7, decimals=0, currency="XTS", language="en") == "seven XTS"


@pytest.mark.parametrize("minor_units", [-1, MAX + 1])
def test_an_amount_outside_64_bits_is_a_bug(minor_units: int) -> None:
    """Nobody may ask for the words of an amount that cannot exist."""
    with pytest.raises(BrokenPromise):
        amount_in_words(minor_units, decimals=2, currency="TZS", language="sw")
