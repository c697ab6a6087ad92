"""What the wallet writes, it reads: settings, money, the outbox."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.addresses import new_order_id
from ledger.money import MINOR_UNITS_MAX
from wallet_cli.faults import WalletFault
from wallet_cli.figures import money, parse_amount_input
from wallet_cli.home import find_home
from wallet_cli.outbox import Outbox
from wallet_cli.profile import Config, Contact, Profile, load_config, update_config
from wallet_cli.toml_text import toml_text

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), texts)
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(scalars, st.lists(scalars, max_size=3)),
    lambda inner: st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_toml_reads_back(table: dict[str, Any]) -> None:
    """Any table of texts, whole numbers, truth values, lists and tables: `tomllib` gives it back."""
    assert tomllib.loads(toml_text(table)) == table


@given(st.dictionaries(texts, values, max_size=4))
def test_toml_shows_no_control_characters(table: dict[str, Any]) -> None:
    """The file can be looked at in a terminal: nothing raw but line ends."""
    written = toml_text(table)
    assert not {character for character in written if ord(character) < 32 or 127 <= ord(character) < 160} - {
        "\n"
    }


@given(st.integers(1, MINOR_UNITS_MAX), st.sampled_from([0, 2, 3]))
def test_money_as_shown_can_be_typed(minor_units: int, decimals: int) -> None:
    """What the screen shows, the amount parser reads as the same amount, with the symbol and without."""
    shown = money(minor_units, decimals=decimals, currency="TZS")
    assert parse_amount_input(shown, decimals=decimals) == minor_units
    assert parse_amount_input(shown.removeprefix("TSh "), decimals=decimals) == minor_units
    coded = money(minor_units, decimals=decimals, currency="USD")
    assert parse_amount_input(coded, decimals=decimals, currency="USD") == minor_units


@given(st.one_of(st.text(max_size=50), st.text(alphabet="0123456789,._-/= TShZ", max_size=30)))
def test_any_typed_text_is_an_amount_or_a_fault(typed: str) -> None:
    """Never another exception; and what is accepted, shown again, means the same amount."""
    try:
        minor_units = parse_amount_input(typed)
    except WalletFault as fault:
        refused = fault.key
    else:
        refused = "amount_none"
        assert 0 < minor_units <= MINOR_UNITS_MAX
        assert parse_amount_input(money(minor_units, decimals=2, currency="TZS")) == minor_units
    assert refused.startswith("amount_")


summaries = st.dictionaries(texts, st.one_of(texts, st.integers()), max_size=4)


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=1, max_size=300), summaries, texts)
def test_any_order_and_summary_come_back_from_the_outbox(
    raw: bytes, summary: dict[str, str | int], profile: str
) -> None:
    """Bytes of an order (ASCII, as JWS are) and whatever its summary says."""
    order, order_id = raw.hex().encode(), new_order_id(1_795_431_959_000_000)
    with tempfile.TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder) / "outbox")
        outbox.save(order_id, order, summary=summary, profile=profile, now_us=0)
        loaded = outbox.pending().orders[0]
        assert (loaded.order, loaded.summary, loaded.profile) == (order, summary, profile)


contacts = st.dictionaries(texts, st.builds(Contact, texts, texts, texts), max_size=3)


@settings(deadline=None, max_examples=25)
@given(contacts, texts, st.booleans(), st.integers(0, 18))
def test_any_profile_comes_back_from_the_settings(
    known: dict[str, Contact], text: str, sandbox: bool, decimals: int
) -> None:
    """Whatever titles and names a ledger invents, the settings file keeps them apart from its own syntax."""
    profile = Profile(
        name="asha",
        ledger_url=text,
        ledger_id=text,
        address_prefix="tzw",
        log_key={text: text},
        party=text,
        account=text,
        order_kid=text,
        read_kid=text,
        ledger_name=text,
        sandbox=sandbox,
        decimals=decimals,
        contacts=known,
    )
    with tempfile.TemporaryDirectory() as folder:
        home = find_home({"POCHI_HOME": f"{folder}/pochi"})
        update_config(home, lambda _: Config({"asha": profile}, "asha"))
        assert load_config(home).profiles["asha"] == profile
