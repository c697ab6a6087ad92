"""Money and time as people write them, and amounts as people type them: `TSh 15,000.00`, `14:05:59`.

Every digit is shown, never a short form. Hours are those of East Africa (UTC+3, no summer time) on the
24-hour clock in both languages: spoken Swahili counts hours from sunrise, six off the digits, and would be
misread.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ledger.money import MINOR_UNITS_MAX
from ledger.words.languages import Language
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.printable import printable

TYPED_CHARACTERS_MAX = 40

_SYMBOLS = {"TZS": "TSh"}
_EAST_AFRICA = timedelta(hours=3)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: dict[Language, list[str]] = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "sw": "Jan Feb Mac Apr Mei Jun Jul Ago Sep Okt Nov Des".split(),
}

# Digits, or digits in groups of three by one kind of separator; then perhaps a decimal point and digits.
_FIGURE = re.compile(
    r"(?P<whole>0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?:_[0-9]{3})+)"
    r"(?:\.(?P<part>[0-9]+))?",
    re.ASCII,
)
_SHILLING_MARKS = re.compile(
    r"(?:(?:TSh|TZS|Sh)\.?\s*)?(?P<figure>.*?)(?P<tail>/=|/-)?", re.ASCII | re.IGNORECASE
)
_GROUPED_BY_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", re.ASCII)
_SPAN = re.compile(r"\+?([1-9][0-9]{0,4})([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def money(minor_units: int, *, decimals: int, currency: str) -> str:
    """`TSh 15,000.00`: the symbol or the code, every digit, all decimals; a minus sign first if due."""
    whole, part = divmod(abs(minor_units), 10**decimals)
    fraction = f".{part:0{decimals}d}" if decimals else ""
    return f"{'-' if minor_units < 0 else ''}{_SYMBOLS.get(currency, currency)} {whole:,}{fraction}"


def parse_amount_input(text: str, *, decimals: int = 2, currency: str = "TZS") -> int:
    """Minor units of an amount as a person types it.

    Understood: `15,000`, `15000`, `15_000`, `15,000.00`, `15,000/=`, `TSh 15,000`, for other currencies their
    code. Refused with a hint rather than guessed at: `15.000` (fifteen thousand to some, fifteen to others),
    signs, digits of other scripts, more decimals than the currency has, nothing at all, zero, and more than a
    ledger can hold.

    Raises:
        WalletFault: `amount_ambiguous`, `amount_negative`, `amount_digits`, `amount_decimals`,
            `amount_unreadable`, `amount_zero`, `amount_too_large`.
    """
    typed = text.strip()
    shown = printable(typed)[:TYPED_CHARACTERS_MAX]
    figure = _without_marks(typed, currency)
    match = _FIGURE.fullmatch(figure)
    if len(typed) > TYPED_CHARACTERS_MAX or match is None:
        raise _unreadable(figure, shown)
    part = match["part"] or ""
    if len(part) > decimals:
        key = "amount_ambiguous" if len(part) == 3 and decimals else "amount_decimals"
        raise _hinted(key, figure, shown, decimals)
    minor_units = int(re.sub("[,_]", "", match["whole"]) + part.ljust(decimals, "0"))
    if minor_units == 0:
        raise WalletFault("amount_zero", ExitCode.USAGE)
    if minor_units > MINOR_UNITS_MAX:
        raise WalletFault("amount_too_large", ExitCode.USAGE, typed=shown)
    return minor_units


def _without_marks(typed: str, currency: str) -> str:
    """The figure alone, without the currency before it or the `/=` (and so much in shillings) behind it."""
    if currency == "TZS":
        match = _SHILLING_MARKS.fullmatch(typed)
        # "15,000.00/=" says the cents twice, "15,000.50/=" contradicts itself.
        return typed if match is None or (match["tail"] and "." in match["figure"]) else match["figure"]
    if typed.upper().startswith(currency):
        return typed[len(currency) :].lstrip()
    return typed


def _unreadable(figure: str, shown: str) -> WalletFault:
    """The most helpful "no" for what is no amount."""
    if figure.startswith(("-", "\u2212", "(")):
        return WalletFault("amount_negative", ExitCode.USAGE, typed=shown)
    if any(character.isdigit() and not character.isascii() for character in figure):
        return WalletFault("amount_digits", ExitCode.USAGE, typed=shown)
    if _GROUPED_BY_POINTS.fullmatch(figure):
        return _hinted("amount_ambiguous", figure, shown, 0)
    return WalletFault("amount_unreadable", ExitCode.USAGE, typed=shown)


def _hinted(key: str, figure: str, shown: str, decimals: int) -> WalletFault:
    """A fault with the two amounts that may be meant: the point groups digits, or is the decimal point."""
    head = figure.partition(",")[0]
    digits = re.sub(r"[^0-9]", "", head if "." in head else figure)
    return WalletFault(
        key,
        ExitCode.USAGE,
        typed=shown,
        thousands=f"{int(digits or 0):,}",
        whole=figure.replace("_", ",").partition(".")[0],
        decimals=decimals,
    )


def moment_text(instant_us: int, language: Language) -> str:
    """`23 Nov 2026, 14:05:59` in East Africa Time, from microseconds since 1970 in UTC."""
    local = _local(instant_us)
    return f"{day_text(instant_us, language)}, {local:%H:%M:%S}"


def day_text(instant_us: int, language: Language) -> str:
    """`23 Nov 2026`, `3 Okt 2026`: the day in East Africa Time."""
    local = _local(instant_us)
    return f"{local.day} {_MONTHS[language][local.month - 1]} {local.year}"


def clock_text(instant_us: int) -> str:
    """`14:10`: hours and minutes in East Africa Time."""
    return f"{_local(instant_us):%H:%M}"


def _local(instant_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant_us) + _EAST_AFRICA


def read_span(typed: str) -> int:
    """`90s`, `15m`, `24h`, `3d` or `2w`, with or without a plus, in seconds.

    Raises:
        WalletFault: `span_form`.
    """
    match = _SPAN.fullmatch(typed)
    if match is None:
        raise WalletFault("span_form", ExitCode.USAGE, typed=typed[:20])
    return int(match[1]) * _SECONDS[match[2]]


def span_text(seconds: int) -> str:
    """`3d 4h`, as it can be typed part by part; `0s` for none."""
    parts = list[str]()
    for unit in "dhms":
        count, seconds = divmod(seconds, _SECONDS[unit])
        parts += [f"{count}{unit}"] if count else []
    return " ".join(parts) or "0s"
