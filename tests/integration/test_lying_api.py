"""An API process that was broken into and lies to the sequencer: it is believed, and the audit names the record.

The sequencer trusts what stands on its socket. What that trust can cost ends where the records are read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.faults import Fault, LedgerFault
from ledger.orders.kinds import Leg
from ledger.orders.relayed import RelayedOrder, arrived, relayed
from ledger.orders.signed import VerifiedOrder, open_order, vouched
from tests.stored import MONEY, StoredLedger


@pytest.fixture
def stored(sqlite_url: str, tmp_path: Path) -> Iterator[StoredLedger]:
    """Asha has money, Juma has an account."""
    ledger = StoredLedger.create(sqlite_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    ledger.person("juma")
    yield ledger
    ledger.close()


def paying(stored: StoredLedger) -> VerifiedOrder:
    """Asha pays Juma ten shillings."""
    return stored.paying("asha", Leg(stored.accounts["juma"], 10_00))


def found_in(stored: StoredLedger, lie: VerifiedOrder) -> str:
    """Settle a lie, which is accepted. What the audit says is wrong, when it names the very record of the lie."""
    (answer,) = stored.settle(lie)
    with pytest.raises(LedgerFault) as caught:
        audit_ledger(stored.url)
    assert caught.value.fault is Fault.RECORD_WRONG
    assert int(caught.value.details["sequence"]) == answer.sequence
    return str(caught.value.details["what"])


def test_what_is_passed_on_truly_passes_the_audit(stored: StoredLedger) -> None:
    """So that the tests below fail for the lie and nothing else."""
    stored.settle(arrived(relayed(paying(stored)), stored.world.genesis))
    audit_ledger(stored.url)


def test_an_order_whose_signature_is_false(stored: StoredLedger) -> None:
    """Asha never signed it: it bears the signature of another order of hers."""
    signed, _, _ = paying(stored).data.rpartition(b".")
    _, _, other_signature = paying(stored).data.rpartition(b".")
    lie = vouched(open_order(signed + b"." + other_signature, stored.world.genesis))
    assert found_in(stored, lie) == "signature"


def test_an_order_that_is_told_otherwise_than_it_was_signed(stored: StoredLedger) -> None:
    """Ten shillings were signed, a thousand are told."""
    true = relayed(paying(stored))
    told = true.told.replace(b",1000,", b",100000,")
    assert told != true.told
    lie = arrived(RelayedOrder(true.data, told), stored.world.genesis)
    assert found_in(stored, lie) == "outcome"
