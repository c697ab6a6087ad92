"""`pochi reconcile FILE`: an institution's day on the ledger, held against its own list or its bank's."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ledger.faults import LedgerFault
from ledger.instants import day_text, eat_day, eat_day_start_us
from ledger.money import Currency
from ledger.reconciling import Held, Posted, ReadList, Standing, hold, read_list
from wallet_cli import answers
from wallet_cli.bills import grouped
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.running import command
from wallet_cli.screen import Row
from wallet_cli.session import Session
from wallet_cli.web import route

ROWS_SHOWN_MAX = 50
COLUMNS = ("standing", "line", "control_number", "listed", "posted", "order")


@command("reconcile")
@click.argument("list_file", type=click.Path(path_type=Path))
@click.option("--day", "on_day")
@click.option("--csv", "rows_as_csv", is_flag=True)
def reconcile(session: Session, list_file: Path, on_day: str | None, *, rows_as_csv: bool) -> None:
    """Fetch the day (by default yesterday in East Africa), hold the file against it, show what does not match."""
    screen, currency = session.screen, session.currency
    day = _day(session, on_day)
    read = _read(list_file, currency)
    _require_whole(session, read, list_file)
    session.check_ledger()
    posted, given_back = _posted(session, day, currency)
    held, sums = hold(read.rows, posted), _sums(read, posted, given_back)
    counts = Counter(row.standing for row in held)
    differing = [row for row in held if row.standing is not Standing.MATCHED]
    rows = [_line(row, currency) for row in differing]
    if rows_as_csv:
        written = io.StringIO()
        csv.writer(written, lineterminator="\r\n").writerows(
            (COLUMNS, *(_line(row, currency) for row in held))
        )
        screen.show(written.getvalue().rstrip("\r\n"))
    else:
        told = [(screen.say(f"standing.{each.value}"), f"{counts[each]:,}") for each in Standing]
        screen.show_table([screen.say("label.standing"), screen.say("label.count")], told, right=(1,))
        if rows:
            screen.show_table([screen.say(f"column.{name}") for name in COLUMNS], rows[:ROWS_SHOWN_MAX])
        if len(rows) > ROWS_SHOWN_MAX:
            screen.tell(f"  {screen.say('reconcile.more', count=f'{len(rows) - ROWS_SHOWN_MAX:,}')}")
        screen.show_rows(
            [
                Row(screen.say(f"reconcile.{name}"), _signed(sum_, session.money))
                for name, sum_ in sums.items()
            ]
        )
    screen.show_json(
        {
            "day": day_text(day),
            "counts": {each.value: counts[each] for each in Standing},
            "sums": {name: _signed(sum_, currency.text) for name, sum_ in sums.items()},
            "rows": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
        }
    )
    if differing:
        raise WalletFault(
            "does_not_reconcile", ExitCode.PARTIAL, day=day_text(day), count=f"{len(differing):,}"
        )
    screen.done(screen.say("reconcile.done", day=day_text(day), count=f"{len(held):,}"))


def _day(session: Session, typed: str | None) -> int:
    today = eat_day(session.now_us())
    if typed is None:
        return today - 1
    try:
        day = eat_day(eat_day_start_us(typed))
    except LedgerFault as error:
        raise WalletFault("date_form", ExitCode.USAGE, typed=typed[:40]) from error
    if day > today:
        raise WalletFault("day_to_come", ExitCode.USAGE, day=day_text(day))
    return day


def _read(path: Path, currency: Currency) -> ReadList:
    try:
        with path.open("rb") as lines:
            return read_list(lines, currency)
    except OSError as error:
        raise WalletFault("list_unreadable", ExitCode.NOT_FOUND, path=str(path)[:80]) from error


def _require_whole(session: Session, read: ReadList, path: Path) -> None:
    """Stop at a file of which any line is wrong: every wrong line is shown, up to twenty, and their number.

    Raises:
        WalletFault: `list_wrong` (exit 2).
    """
    if not read.wrong:
        return
    screen = session.screen
    for slip in read.slips:
        screen.tell(
            f"  {screen.say('reconcile.slip', line=f'{slip.line:,}', what=screen.say(f'slip.{slip.what}'))}"
        )
    raise WalletFault("list_wrong", ExitCode.USAGE, path=str(path)[:80], count=f"{read.wrong:,}")


def _sums(read: ReadList, posted: list[Posted], given_back: int) -> dict[str, int]:
    """What the list comes to, what the ledger posted on that day, and what went back on it, in minor units."""
    own = sum(one.minor_units for one in posted if not one.beside)
    return {"listed": sum(row.minor_units for row in read.rows), "posted": own, "given_back": given_back}


def _signed(minor_units: int, written: Callable[[int], str]) -> str:
    return f"{'-' if minor_units < 0 else ''}{written(abs(minor_units))}"


def _posted(session: Session, day: int, currency: Currency) -> tuple[list[Posted], int]:
    """The payments of the day and of the days beside it, by those a row may be late; and what went back on the day."""
    found, given_back, today = dict[str, Posted](), 0, eat_day(session.now_us())
    for each in (day, day - 1, day + 1):
        if each > today:
            continue
        for line in answers.tables(_fetched(session, each), "lines"):
            if line.get("currency") != currency.code:
                continue
            if line.get("kind") != "payment":
                given_back += _went_back(line, currency) if each == day else 0
            else:
                order, minor_units = (
                    answers.text(line, "order"),
                    answers.minor_units(line, "amount", currency),
                )
                earlier = (
                    found[order].minor_units if order in found else 0
                )  # another account of the institution's
                number = answers.text(line, "control_number")
                found[order] = Posted(order, number, earlier + minor_units, beside=each != day)
    return list(found.values()), given_back


def _went_back(line: dict[str, Any], currency: Currency) -> int:
    """What a refund or a reversal took from the account; below zero if the reversal of a refund brought it back."""
    signed = answers.text(line, "amount")
    size = answers.minor_units({"amount": signed.removeprefix("-")}, "amount", currency)
    return size if signed.startswith("-") else -size


def _fetched(session: Session, day: int) -> dict[str, object]:
    try:
        return session.read(route("v1", "reconciliations", day_text(day)))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            raise WalletFault("no_institution", ExitCode.USAGE) from fault
        raise


def _line(row: Held, currency: Currency) -> tuple[str, ...]:
    number = row.listed.control_number if row.listed else row.posted.control_number if row.posted else ""
    return (
        row.standing.value,
        str(row.listed.line) if row.listed else "",
        grouped(number),
        currency.text(row.listed.minor_units) if row.listed else "",
        currency.text(row.posted.minor_units) if row.posted else "",
        row.posted.order if row.posted else "",
    )
