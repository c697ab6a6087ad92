"""`pochi receipt`: the proof of a payment, shown, checked without anybody's help, and saved."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.orders.genesis import Genesis
from ledger.strict_json import dumps
from ledger.words.amounts import amount_in_words
from wallet_cli.bills import grouped
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.files import path_text
from wallet_cli.people import known_as, short_address
from wallet_cli.pinned import ledger_from_file, mark_of
from wallet_cli.profile import Profile
from wallet_cli.receipts import (
    PaidPart,
    ReadReceipt,
    check_receipt,
    control_number_of,
    find_receipt,
    keep_receipt,
    read_receipt_file,
    receipt_of,
    reference_of,
)
from wallet_cli.running import command, group
from wallet_cli.screen import Row, moment_text, money
from wallet_cli.sending import reason_words
from wallet_cli.session import Session
from wallet_cli.web import route


@command("show")
@click.argument("receipt_name")
def show(session: Session, receipt_name: str) -> None:
    """Show a receipt of this wallet."""
    path = _saved(session, receipt_name)
    _tell(session, session.genesis, session.profile, path)


@command("verify")
@click.argument("receipt_file")
@click.option("--ledger", "ledger_file", type=click.Path(path_type=Path))
def verify(session: Session, receipt_file: str, ledger_file: Path | None) -> None:
    """Check a receipt with the pinned ledger, or the one in a file. No network is used."""
    profile = None if ledger_file is not None else session.profile
    genesis = ledger_from_file(ledger_file) if ledger_file is not None else session.genesis
    path = Path(receipt_file)
    if not path.exists() and profile is not None:
        path = find_receipt(session.home, profile, receipt_file) or path
    _tell(session, genesis, profile, path)
    session.screen.tell(f"  {session.screen.say('receipt.offline')}")


@command("save")
@click.argument("receipt_name")
@click.option("--to", type=click.Path(path_type=Path))
def save(session: Session, receipt_name: str, to: Path | None) -> None:
    """Copy a receipt of this wallet to a file that can be handed over."""
    path, screen = _saved(session, receipt_name), session.screen
    target = to if to is not None else Path(path.name)
    if target.is_dir():
        target /= path.name
    data = path.read_bytes()
    check_receipt(data, session.genesis, screen, name=str(path))
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        if target.read_bytes() != data:
            raise WalletFault("file_exists", ExitCode.CONFLICT, path=str(target)) from error
    except OSError as error:
        why = error.strerror or ""
        raise WalletFault("file_not_written", ExitCode.UNEXPECTED, path=str(target), why=why) from error
    screen.done(screen.say("receipt.saved", path=path_text(target)))
    screen.show_json({"path": str(target)})


def _saved(session: Session, named: str) -> Path:
    """A receipt on disk, fetched first if the ledger still has to give it.

    Raises:
        WalletFault: `receipt_unknown`.
    """
    found = find_receipt(session.home, session.profile, named)
    if found is not None:
        return found
    try:
        order_id = named if len(named) > _TAIL_MAX else _order_in_history(session, named)
        members = session.read(route("v1", "orders", order_id, "receipt"))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            raise WalletFault("receipt_unknown", ExitCode.NOT_FOUND, named=named[:40]) from fault
        raise
    data = dumps(members)
    read = check_receipt(data, session.genesis_for(data), session.screen, name=named)
    return keep_receipt(session.home, session.profile, receipt_of(data, name=named), read)


_TAIL_MAX = 20
_HISTORY_ROWS = 100


def _order_in_history(session: Session, named: str) -> str:
    """The order that `history` shows under a short name: of money that came in, nothing was saved yet.

    Raises:
        WalletFault: `receipt_unknown`.
    """
    path = route("v1", "accounts", session.profile.account, "entries", limit=_HISTORY_ROWS)
    entries = session.read(path).get("entries")
    for entry in entries if isinstance(entries, list) else []:
        order = str(entry.get("order"))
        if entry.get("control_number") == named or order.endswith(named) or order.startswith(named):
            return order
    raise WalletFault("receipt_unknown", ExitCode.NOT_FOUND, named=named[:40])


def _tell(session: Session, genesis: Genesis, profile: Profile | None, path: Path) -> None:
    """Check the receipt in a file and say what it proves.

    Raises:
        WalletFault: `receipt_invalid`, `receipt_unreadable`; `receipt_of_refusal` (exit 6) for a genuine receipt of an
            order that was refused, for whoever hands goods over on exit code 0.
    """
    screen = session.screen
    read = check_receipt(read_receipt_file(path), genesis, screen, name=str(path))
    screen.done(screen.say("receipt.genuine"))
    screen.show_rows(_rows(session, genesis, profile, read))
    screen.show_json(_members(genesis, read))
    if not read.accepted:
        title, _ = reason_words(read.reason, read.details, screen.language)
        raise WalletFault("receipt_of_refusal", ExitCode.REFUSED, reason=title)


def _rows(session: Session, genesis: Genesis, profile: Profile | None, read: ReadReceipt) -> list[Row]:
    screen = session.screen
    rows = [] if read.accepted else [Row(screen.say("label.outcome"), screen.say("state.refused"))]
    noted = _noted_name(session, read.order_id) if profile is not None else ""
    for part in read.paid:
        rows += _paid_rows(session, genesis, profile, part, noted=noted)
    if number := control_number_of(read.body):
        rows.append(Row(screen.say("label.control_number"), grouped(number)))
    bill_id = read.result.get("bill_id")
    if isinstance(bill_id, str):
        rows.append(Row(screen.say("label.bill"), bill_id))
    if reference := reference_of(read.body):
        rows.append(Row(screen.say("label.reference"), reference))
    moment = moment_text(read.recorded_us, screen.language)
    checkpoint = read.verified.checkpoint
    included = screen.say(
        "receipt.included",
        record=f"{read.verified.sequence:,}",
        size=f"{checkpoint.size:,}",
        hashes=read.hashes,
    )
    rows += [
        Row(screen.say("label.posted"), moment),
        Row(screen.say("label.order"), read.order_id),
        Row(screen.say("label.record"), included),
        Row(screen.say("label.ledger"), mark_of(genesis.ledger_id), f"({genesis.name})"),
    ]
    if genesis.sandbox:
        rows.append(Row("", screen.say("banner.sandbox")))
    return rows


def _noted_name(session: Session, order_id: str) -> str:
    """What the payee was called when this wallet paid; its own note, no part of the proof."""
    try:
        summary = session.outbox.answered(order_id).saved.summary
        return str(summary.get(f"name_{session.screen.language}") or summary.get("name", ""))
    except WalletFault:
        return ""


def _paid_rows(
    session: Session, genesis: Genesis, profile: Profile | None, part: PaidPart, *, noted: str
) -> list[Row]:
    screen, decimals = session.screen, genesis.currencies[part.currency].decimals
    words = amount_in_words(
        part.minor_units, decimals=decimals, currency=part.currency, language=screen.language
    )
    amount = money(part.minor_units, decimals=decimals, currency=part.currency)
    rows = [Row(screen.say("label.amount"), amount, words)]
    for label, address, title in (("label.payer", part.debit, ""), ("label.payee", part.credit, noted)):
        name = known_as(profile, address, screen, title)
        rows.append(Row(screen.say(label), address, f"({name})" if name != short_address(address) else ""))
    return rows


def _members(genesis: Genesis, read: ReadReceipt) -> dict[str, object]:
    return {
        "genuine": True,
        "paid": read.accepted,
        "ledger": genesis.ledger_id,
        "sandbox": genesis.sandbox,
        "order": read.order_id,
        "signed_by": read.kid,
        "sequence": read.verified.sequence,
        "recorded_at": read.verified.record["recorded_at"],
        "control_number": control_number_of(read.body) or None,
        "reference": reference_of(read.body) or None,
        "reason": read.reason or None,
        "postings": read.verified.record.get("postings", []),
        "result": read.result,
        "log_size": read.verified.checkpoint.size,
    }


receipt = group("receipt", show, verify, save)
