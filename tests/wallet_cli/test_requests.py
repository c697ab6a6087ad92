"""Payment requests: what is made is read back, and what a stranger may have made is refused whole."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.addresses import account_address, new_order_id
from ledger.orders.fields import REFERENCE
from wallet_cli.commands.request import terminal_code
from wallet_cli.faults import WalletFault
from wallet_cli.profile import Profile
from wallet_cli.requests import URI_CHARACTERS_MAX, is_request, read_request, request_uri

LEDGER = "BdFgoC8qpsWUGmRS9FMaU0UPOfbhAbvZB1tWaK5zWB4"
ADDRESS = account_address(
    prefix="tzst", ledger_id=LEDGER, kid="k" * 43, order_id=new_order_id(1_700_000_000_000_000)
)
PROFILE = Profile(
    name="asha",
    ledger_url="http://127.0.0.1:8470",
    ledger_id=LEDGER,
    address_prefix="tzst",
    log_key={},
    party="p",
    account=ADDRESS,
    order_kid="o",
    read_kid="r",
)
GOOD = request_uri(PROFILE, minor_units=15_000_00, reference="INV/17")


@given(
    st.none() | st.integers(1, 2**63 - 1),
    st.none() | st.from_regex(REFERENCE, fullmatch=True),
)
def test_what_is_made_is_read_back(minor_units: int | None, reference: str | None) -> None:
    """Every amount and every reference that an order may have; short enough for a code on a terminal."""
    uri = request_uri(PROFILE, minor_units=minor_units, reference=reference)
    assert is_request(uri)
    assert len(uri) <= URI_CHARACTERS_MAX
    assert read_request(uri, PROFILE) == (ADDRESS, minor_units, reference)


def test_the_form() -> None:
    """As it is published."""
    assert f"pochi:{ADDRESS}?ledger={LEDGER}&currency=TZS&amount=15000.00&reference=INV/17" == GOOD


@pytest.mark.parametrize(
    "uri, key",
    [
        (GOOD.replace("15000.00", "15,000.00"), "request_form"),
        (GOOD.replace("15000.00", "-1"), "request_form"),
        (GOOD.replace("15000.00", "0"), "request_form"),
        (GOOD.replace("15000.00", "1e9"), "request_form"),
        (GOOD.replace("15000.00", "92233720368547758.08"), "request_form"),
        (GOOD.replace("15000.00", "15000.001"), "request_form"),
        (GOOD.replace("amount=15000.00", "amount="), "request_form"),
        (GOOD + "&amount=1", "request_form"),
        (GOOD + "&ledger=" + LEDGER, "request_form"),
        (GOOD + "&", "request_form"),
        (GOOD + "&label=TRA", "request_unknown"),
        (GOOD + "&LEDGER=x", "request_unknown"),
        (GOOD + "#x", "request_form"),
        (GOOD + "%20", "request_form"),
        (GOOD + "\x1b[2J", "request_form"),
        (GOOD + "\u202e", "request_form"),
        (GOOD.replace("INV/17", "INV 17"), "request_form"),
        (GOOD.replace("INV/17", "A" * 36), "request_form"),
        (GOOD + "&" + "x" * 400, "request_form"),
        (GOOD.replace(LEDGER, "A" * 43), "request_other_ledger"),
        (GOOD.replace(f"ledger={LEDGER}&", ""), "request_other_ledger"),
        (GOOD.replace("TZS", "USD"), "request_currency"),
        (GOOD.replace("currency=TZS&", ""), "request_currency"),
        (GOOD.replace(ADDRESS, ADDRESS[:-1] + ("q" if ADDRESS[-1] != "q" else "p")), "address_wrong"),
        (GOOD.replace(ADDRESS, ""), "address_wrong"),
        (GOOD.replace(ADDRESS, f"//{ADDRESS}"), "address_wrong"),
        (GOOD.replace("tzst1", "tzs1"), "address_wrong"),
        ("pochi:", "request_form"),
        ("pochi:?", "request_form"),
        (f"pochi:{ADDRESS}", "request_form"),
    ],
    ids=itertools.count(),  # the address is another in every run
)
def test_what_is_refused(uri: str, key: str) -> None:
    """With the sentence that fits; nothing of it is believed in part."""
    with pytest.raises(WalletFault) as caught:
        read_request(uri, PROFILE)
    assert caught.value.key == key


@given(st.text(max_size=200))
def test_anything_at_all_ends_in_a_fault(rest: str) -> None:
    """Never in another exception, and hardly ever in a request."""
    try:
        found = read_request(f"pochi:{rest}", PROFILE)
    except WalletFault:
        return
    assert found.address == ADDRESS


def test_the_code_fits_a_terminal() -> None:
    """The longest request: at most 78 columns and lines of one width or less, framed by light modules."""
    longest = request_uri(PROFILE, minor_units=2**63 - 1, reference="A" * 35)
    lines = terminal_code(longest).split("\n")
    assert max(map(len, lines)) <= 78
    assert len(lines) <= 40
    assert set(lines[0]) == {"█"}
    assert set("".join(lines)) <= set("█▀▄ ")
