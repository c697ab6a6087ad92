"""Receipts on the holder's machine: fetched, checked before they are kept, found again, and read for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ledger.addresses import ORDER_ID
from ledger.books.bills import CONTROL_NUMBER
from ledger.faults import LedgerFault
from ledger.instants import parse_instant
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Pay, PayBill, Refund, Reverse
from ledger.orders.signed import open_order
from ledger.proofs.receipt import RECEIPT_BYTES_MAX, Receipt, VerifiedReceipt, parse_receipt, verify_receipt
from ledger.signing.log_keys import key_at
from wallet_cli import answers, files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.profile import Profile
from wallet_cli.screen import Screen

ID_CHARACTERS_MIN = 6

_WHY = {
    "checkpoint_form": "receipt.why_signature",
    "checkpoint_unsigned": "receipt.why_log_key",
    "checkpoint_signature": "receipt.why_signature",
    "checkpoint_origin": "receipt.why_ledger",
}


class PaidPart(NamedTuple):
    """One movement of money in a record, in minor units."""

    debit: str
    credit: str
    minor_units: int
    currency: str


class ReadReceipt(NamedTuple):
    """A genuine receipt, read: what was asked, what the ledger did, and what proves it."""

    order_id: str
    kid: str
    body: Body | None
    """What was asked; None for an order of a kind that this wallet does not know."""
    accepted: bool
    reason: str
    details: dict[str, str]
    recorded_us: int
    paid: tuple[PaidPart, ...]
    result: dict[str, Any]
    verified: VerifiedReceipt
    hashes: int


def check_receipt(data: bytes, genesis: Genesis, screen: Screen, *, name: str) -> ReadReceipt:
    """Check a receipt against a ledger and read it. Needs no network.

    Raises:
        WalletFault: `receipt_unreadable`, or `receipt_invalid` (exit 10) with the reason.
    """
    receipt = receipt_of(data, name=name)
    try:
        log_key = key_at(genesis.log_keys, receipt.size)
        verified = verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[log_key])
    except LedgerFault as error:
        key = _WHY.get(error.details.get("what", ""), "receipt.why_proof")
        why = screen.say(key)
        raise WalletFault("receipt_invalid", ExitCode.VERIFICATION_FAILED, why=why) from error
    try:
        return _read(verified, genesis, len(receipt.hashes))
    except (LedgerFault, WalletFault) as error:
        why = screen.say("receipt.why_proof")
        raise WalletFault("receipt_invalid", ExitCode.VERIFICATION_FAILED, why=why) from error


def receipt_of(data: bytes, *, name: str) -> Receipt:
    """The receipt in these bytes, unchecked.

    Raises:
        WalletFault: `receipt_unreadable`, naming the file.
    """
    try:
        return parse_receipt(data.strip())
    except LedgerFault as error:
        raise WalletFault("receipt_unreadable", ExitCode.VERIFICATION_FAILED, path=name) from error


def _read(verified: VerifiedReceipt, genesis: Genesis, hashes: int) -> ReadReceipt:
    record = verified.record
    data = answers.text(answers.table(record, "cause"), "order").encode("utf-8")
    signed = open_order(data, genesis)
    accepted = record.get("outcome") == "accepted"
    details = answers.table(record, "details") if not accepted else {}
    return ReadReceipt(
        order_id=signed.order.order_id,
        kid=signed.kid,
        body=signed.order.body,
        accepted=accepted,
        reason="" if accepted else answers.text(record, "reason"),
        details={name: str(value) for name, value in details.items()},
        recorded_us=parse_instant(record.get("recorded_at")),
        paid=tuple(_part(row, genesis) for row in answers.tables(record, "postings")) if accepted else (),
        result=answers.table(record, "result") if accepted else {},
        verified=verified,
        hashes=hashes,
    )


def _part(row: dict[str, Any], genesis: Genesis) -> PaidPart:
    currency = answers.text(row, "currency")
    if currency not in genesis.currencies:
        raise WalletFault("answer_member", ExitCode.UNEXPECTED, member="currency")
    amount = answers.minor_units(row, "amount", genesis.currencies[currency])
    return PaidPart(answers.text(row, "debit"), answers.text(row, "credit"), amount, currency)


def control_number_of(body: Body | None) -> str:
    """The control number that was paid, if it was a bill."""
    return body.control_number if isinstance(body, PayBill) else ""


def reference_of(body: Body | None) -> str:
    """The payer's own reference of a payment to one payee, or that of a refund or a correction."""
    if isinstance(body, Refund | Reverse):
        return body.reference or ""
    return (body.legs[0].reference or "") if isinstance(body, Pay) and len(body.legs) == 1 else ""


def receipts_folder(home: Home, profile: Profile) -> Path:
    """Where a profile's receipts lie."""
    return home.data_folder / "receipts" / profile.name


def keep_receipt(home: Home, profile: Profile, receipt: Receipt, read: ReadReceipt) -> Path:
    """Write a receipt that was checked, named by its order; of a bill that was paid also by its control number.

    Returns the name by which a person would look for it.
    """
    folder, data = receipts_folder(home, profile), receipt.to_json() + b"\n"
    names = [read.order_id]
    if read.accepted and (number := control_number_of(read.body)):
        names.append(number)
    for name in names:
        files.replace(folder / f"{name}.json", data)
    return folder / f"{names[-1]}.json"


def find_receipt(home: Home, profile: Profile, named: str) -> Path | None:
    """The saved receipt of a control number, an order's id, or the first or last characters of one.

    Raises:
        WalletFault: `receipt_ambiguous` if several fit.
    """
    folder = receipts_folder(home, profile)
    exact = folder / f"{named}.json"
    if (ORDER_ID.fullmatch(named) or CONTROL_NUMBER.fullmatch(named)) and exact.exists():
        return exact
    if len(named) < ID_CHARACTERS_MIN or not folder.is_dir():
        return None
    fitting = [
        path for path in folder.glob("*.json") if path.stem.startswith(named) or path.stem.endswith(named)
    ]
    if len(fitting) > 1:
        raise WalletFault("receipt_ambiguous", ExitCode.USAGE, named=named[:40], count=len(fitting))
    return fitting[0] if fitting else None


def read_receipt_file(path: Path) -> bytes:
    """The bytes of a receipt from anywhere; it is no secret, so its mode does not matter.

    Raises:
        WalletFault: `receipt_file_missing`, `receipt_unreadable`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(RECEIPT_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise WalletFault("receipt_file_missing", ExitCode.NOT_FOUND, path=str(path)) from error
    except OSError as error:
        raise WalletFault("receipt_unreadable", ExitCode.NOT_FOUND, path=str(path)) from error
    return data
