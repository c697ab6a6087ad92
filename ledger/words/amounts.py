"""Amounts in words, said so that no two amounts ever sound alike.

A person consents to a payment by reading it, or by hearing it read. So the words must name one amount only,
also when they are read aloud, without hyphens, commas or capitals.

English has no trap: tens and units stand before their scale word and descend.

Swahili has one. By custom the scale word stands first: `elfu kumi na tano` is 15,000, and 37,500 is
`elfu thelathini na saba na mia tano`. Then `elfu ishirini na tano` could be 25,000 as well as 20,000 and 5.
The rule here:

* The scale word comes first, in the customary way, and then a bare rest of 1 to 99 never follows it. So
  `elfu ishirini na tano` is 25,000 and nothing else.
* Where such a rest has to follow (the last three digits are 001 to 099 and there is a scale before them),
  every group of the number puts its count first instead: `ishirini elfu na tano` is 20,005, `tano milioni na
  ishirini elfu na tano` 5,020,005. The first words tell which way the number is said: a scale word, or a
  count.
* A rest of 100 or more is safe either way, for it begins with `mia`, and a count says its hundreds first.
* `laki` (100,000) takes over from `elfu` above 99,999. So the count of `elfu` has no hundreds, and `elfu mia
  ...`, which would be open to two readings, is never said. Counts up to 999 remain with `milioni` and above.

Cents stand last, behind their own word (`na senti hamsini`), and nothing follows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.faults import require
from ledger.money import MINOR_UNITS_MAX
from ledger.words.languages import Language

_CENT_DECIMALS = 2
_DECIMALS_MAX = 18

_EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_EN_TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
_EN_SCALES = ["", *"thousand million billion trillion quadrillion quintillion".split()]

_SW_SMALL = "sifuri moja mbili tatu nne tano sita saba nane tisa".split()
_SW_TENS = ["", *"kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini".split()]
_SW_SCALES = "milioni bilioni trilioni kwadrilioni kwintilioni".split()


def amount_in_words(minor_units: int, *, decimals: int, currency: str, language: Language) -> str:
    """An amount as a person says it: `fifteen thousand shillings`, `shilingi elfu kumi na tano`.

    Args:
        minor_units: 0 to 2^63-1.
        decimals: how many decimals the currency's major unit has; two are called cents, others are said digit
            by digit.
        currency: the ISO 4217 code. TZS is called shilling, every other currency by its code.
        language: `en` or `sw`.

    No two amounts of a currency have the same words, whatever the punctuation (see the module's text).
    """
    require(0 <= minor_units <= MINOR_UNITS_MAX, "an amount fits a signed 64-bit integer and is not negative")
    require(0 <= decimals <= _DECIMALS_MAX, "a currency has 0 to 18 decimals")
    whole, part = divmod(minor_units, 10**decimals)
    said = _Said(whole, part, decimals, currency)
    return _english_amount(said) if language == "en" else _swahili_amount(said)


@dataclass(frozen=True, slots=True)
class _Said:
    """An amount taken apart: whole major units, and the part of one in minor units."""

    whole: int
    part: int
    decimals: int
    currency: str

    @property
    def cents(self) -> bool:
        """Whether the part is said in cents."""
        return self.part > 0 and self.decimals == _CENT_DECIMALS

    def digits(self, names: list[str]) -> str:
        """The part digit by digit, all of its decimals, by these names of the digits."""
        return " ".join(names[int(digit)] for digit in str(self.part).rjust(self.decimals, "0"))


def _english_amount(said: _Said) -> str:
    number = _english_number(said.whole)
    if said.part and not said.cents:
        number += f" point {said.digits(_EN_SMALL)}"
    unit = "shilling" if (said.whole, number) == (1, "one") else "shillings"
    major = f"{number} {unit if said.currency == 'TZS' else said.currency}"
    if not said.cents:
        return major
    minor = f"{_english_number(said.part)} {'cent' if said.part == 1 else 'cents'}"
    if said.whole == 0 and said.currency == "TZS":
        return minor
    return f"{major} and {minor}"


def _english_number(number: int) -> str:
    """`five thousand and twenty-five`: hundreds take "and", and so does a last group without hundreds."""
    words: list[str] = []
    for place, count in reversed(list(enumerate(_thousands(number)))):
        if count:
            joined = "and " if words and place == 0 and count < 100 else ""
            words.append(f"{joined}{_english_below_1000(count)} {_EN_SCALES[place]}".rstrip())
    return " ".join(words) or _EN_SMALL[0]


def _english_below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{_EN_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= len(_EN_SMALL):
        tens, units = divmod(rest, 10)
        said.append(f"{_EN_TENS[tens]}-{_EN_SMALL[units]}" if units else _EN_TENS[tens])
    elif rest:
        said.append(_EN_SMALL[rest])
    return " and ".join(said)


def _swahili_amount(said: _Said) -> str:
    unit = "shilingi" if said.currency == "TZS" else said.currency
    major = f"{unit} {_swahili_number(said.whole)}"
    if said.part and not said.cents:
        return f"{major} nukta {said.digits(_SW_SMALL)}"
    if not said.cents:
        return major
    minor = f"senti {_swahili_number(said.part)}"
    if said.whole == 0 and said.currency == "TZS":
        return minor
    return f"{major} na {minor}"


def _swahili_number(number: int) -> str:
    """By the rule of this module: scale first, or count first where a bare rest of 1 to 99 follows."""
    groups = _swahili_groups(number)
    rest = number % 1_000
    count_first = bool(groups) and 0 < rest < 100
    said = [f"{count} {scale}" if count_first else f"{scale} {count}" for scale, count in groups]
    if rest or not groups:
        said.append(_swahili_below_1000(rest))
    return " na ".join(said)


def _swahili_groups(number: int) -> list[tuple[str, str]]:
    """Each scale word above the last three digits with its count in words, the greatest first."""
    counts = _thousands(number)[1:] or [0]
    lakhs, thousands = divmod(counts[0], 100)
    named = [("elfu", thousands), ("laki", lakhs), *zip(_SW_SCALES, counts[1:], strict=False)]
    return [(scale, _swahili_below_1000(count)) for scale, count in reversed(named) if count]


def _swahili_below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    said = [f"mia {_SW_SMALL[hundreds]}"] if hundreds else []
    said += [_SW_TENS[tens]] if tens else []
    said += [_SW_SMALL[units]] if units or number == 0 else []
    return " na ".join(said)


def _thousands(number: int) -> list[int]:
    """The number in groups of three digits, the last three digits first: 5020005 as [5, 20, 5]; 0 as []."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1_000)
        groups.append(group)
    return groups
