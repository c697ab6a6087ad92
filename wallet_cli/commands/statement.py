"""`pochi statement`: a month, or any days, with opening and closing balance; as a table, CSV, JSON, or a page."""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click

from ledger.faults import Fault
from ledger.instants import MICROSECONDS_PER_SECOND, instant_text, parse_instant
from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo
from wallet_cli.commands.history import fitted_lines, receipt_name, when
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.files import FILE_MODE, path_text
from wallet_cli.people import known_as
from wallet_cli.running import command
from wallet_cli.screen import Row, day_text
from wallet_cli.session import Session
from wallet_cli.web import route

PAGES_MAX = 1_000
EAST_AFRICA_US = 3 * 3_600 * MICROSECONDS_PER_SECOND
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = (
    "recorded_at", "debit", "credit", "balance_after", "currency", "counterparty", "counterparty_title", "reference",
    "control_number", "order",
)  # fmt: skip


class Statement(NamedTuple):
    """All pages of a statement, whose figures add up."""

    members: dict[str, Any]
    """The first page without its entries: period, opening, closing, totals."""
    entries: list[dict[str, Any]]
    opening: int
    closing: int
    one_page: bool


@command("statement")
@click.option("--month")
@click.option("--from", "from_day")
@click.option("--to", "to_day")
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--html", "file", type=click.Path(path_type=Path))
def statement(
    session: Session,
    *,
    month: str | None,
    from_day: str | None,
    to_day: str | None,
    as_csv: bool,
    file: Path | None,
) -> None:
    """Show a period: by default the month so far, in East Africa's days."""
    first, last = _period(month, from_day, to_day)
    _require_begun(session, first, last)
    screen, found = session.screen, _asked(session, first, last)
    if file is not None:
        _save_page(session, found, file)
    elif as_csv:
        screen.show(_csv(found).rstrip("\n"))
    else:
        _show(session, found)
    saved = {} if file is None else {"path": str(file)}
    screen.show_json(found.members | {"entries": found.entries} | saved)


def _period(month: str | None, from_day: str | None, to_day: str | None) -> tuple[str | None, str | None]:
    """First and last day, as the ledger takes them.

    Raises:
        WalletFault: `month_form`, `day_form`, `month_or_days`.
    """
    if month is not None:
        found = _MONTH.fullmatch(month)
        if found is None:
            raise WalletFault("month_form", ExitCode.USAGE, typed=month[:20])
        if from_day is not None or to_day is not None:
            raise WalletFault("month_or_days", ExitCode.USAGE)
        return f"{month}-01", f"{month}-{monthrange(int(found[1]), int(found[2]))[1]:02d}"
    for day in (from_day, to_day):
        if day is not None and not _is_day(day):
            raise WalletFault("day_form", ExitCode.USAGE, typed=day[:20])
    return from_day, to_day


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False  # 30 February


def _require_begun(session: Session, first: str | None, last: str | None) -> None:
    """Stop at a period that cannot be stated, before the ledger is asked.

    Raises:
        WalletFault: `period_ahead`, `days_backwards`.
    """
    today = instant_text(session.now_us() + EAST_AFRICA_US)[:10]
    begins = first if first is not None else f"{today[:7]}-01"
    if begins > today:
        raise _ahead(session, begins)
    if last is not None and last < begins:
        days = {"first": _shown(session, begins), "last": _shown(session, last)}
        raise WalletFault("days_backwards", ExitCode.USAGE, **days)


def _asked(session: Session, first: str | None, last: str | None) -> Statement:
    """The statement; a "no" to its days is told as what it means.

    Raises:
        WalletFault: `period_ahead`, `period_before`; what `_whole` raises.
    """
    try:
        return _whole(session, first, last)
    except LedgerSaidNo as fault:
        if fault.problem.status == 404 and last is not None:
            day = _shown(session, last)
            raise WalletFault("period_before", ExitCode.NOT_FOUND, day=day) from fault
        if fault.problem.code == Fault.AS_OF_AHEAD and first is not None:
            raise _ahead(session, first) from fault
        raise


def _ahead(session: Session, day: str) -> WalletFault:
    return WalletFault("period_ahead", ExitCode.USAGE, day=_shown(session, day))


def _shown(session: Session, day: str) -> str:
    """`2026-11-01` as people write it."""
    return day_text(parse_instant(f"{day}T00:00:00.000000Z"), session.screen.language)


def _whole(session: Session, from_day: str | None, to_day: str | None) -> Statement:
    """Every page of the period, held against its own totals.

    Raises:
        WalletFault: `statement_wrong` (exit 10) if the figures do not add up; what asking raises.
    """
    account, currency = session.profile.account, session.currency
    path = route("v1", "accounts", account, "statement", **{"from": from_day, "to": to_day})
    first = session.read(path)
    entries, following = answers.tables(first, "entries"), first.get("next")
    one_page = following is None
    period = {"from": answers.text(first, "from"), "to": answers.text(first, "to")}
    for _ in range(PAGES_MAX):
        if not isinstance(following, str):
            break
        page = session.read(route("v1", "accounts", account, "statement", **period, after=following))
        entries, following = entries + answers.tables(page, "entries"), page.get("next")
    opening = answers.minor_units(answers.table(first, "opening"), "balance", currency)
    closing = answers.minor_units(answers.table(first, "closing"), "balance", currency)
    moved = sum(
        answers.minor_units(entry, "amount", currency) * (1 if entry.get("side") == "credit" else -1)
        for entry in entries
    )
    if opening + moved != closing or isinstance(following, str):
        raise WalletFault("statement_wrong", ExitCode.VERIFICATION_FAILED)
    members = {name: value for name, value in first.items() if name not in ("entries", "next")}
    return Statement(members, entries, opening, closing, one_page)


def _save_page(session: Session, found: Statement, file: Path) -> None:
    """Save the ledger's own page of the period, whose figures were added up before; only its owner may read it.

    Raises:
        WalletFault: `statement_long`, `statement_file_exists`, `file_not_written`; what asking raises.
    """
    if not found.one_page:
        raise WalletFault("statement_long", ExitCode.USAGE, count=len(found.entries))
    period = {name: answers.text(found.members, name) for name in ("from", "to")}
    path = route("v1", "accounts", session.profile.account, "statement", **period, format="page")
    page = session.reader.get_text(path)
    try:
        file.touch(mode=FILE_MODE, exist_ok=False)
        file.write_text(page, encoding="utf-8")
    except FileExistsError as error:
        raise WalletFault("statement_file_exists", ExitCode.CONFLICT, path=str(file)) from error
    except OSError as error:
        why = error.strerror or ""
        raise WalletFault("file_not_written", ExitCode.UNEXPECTED, path=str(file), why=why) from error
    session.screen.done(session.screen.say("statement.saved", path=path_text(file)))


def _show(session: Session, found: Statement) -> None:
    screen, language = session.screen, session.screen.language
    first, last = (answers.instant(found.members, name) for name in ("from", "to"))
    period = f"{day_text(first, language)} – {day_text(last, language)}"
    screen.show_rows(
        [
            Row(screen.say("label.account"), session.profile.account),
            Row(screen.say("statement.period"), period),
            Row(screen.say("statement.opening"), session.money(found.opening)),
        ]
    )
    if found.entries:
        amount = f"{screen.say('history.heading_amount')} ({session.money(0).split(' ')[0]})"
        headings = (
            screen.say("history.heading_time"),
            screen.say("history.heading_other"),
            amount,
            screen.say("history.heading_balance"),
            screen.say("history.heading_receipt"),
        )
        lines = [_line(session, entry) for entry in found.entries]
        screen.show_table(headings, fitted_lines(headings, lines), right=(2, 3))
    else:
        screen.tell(f"  {screen.say('statement.none')}")
    screen.show_rows([Row(screen.say("statement.closing"), session.money(found.closing))])
    if session.profile.sandbox:
        screen.tell(f"  {screen.say('banner.sandbox')}")


def _line(session: Session, entry: dict[str, Any]) -> tuple[str, ...]:
    sign = "+" if answers.text(entry, "side") == "credit" else "-"
    amount = answers.minor_units(entry, "amount", session.currency)
    after = answers.minor_units(entry, "balance_after", session.currency)
    title = entry.get("counterparty_title")
    name = known_as(
        session.profile,
        answers.text(entry, "counterparty"),
        session.screen,
        title if isinstance(title, str) else "",
    )
    return (
        when(session, answers.instant(entry, "recorded_at")),
        name,
        f"{sign}{session.money(amount).rpartition(' ')[2]}",
        session.money(after).rpartition(" ")[2],
        receipt_name(entry),
    )


def _csv(found: Statement) -> str:
    """RFC 4180; no cell is ever taken for a formula by a spreadsheet."""
    written = io.StringIO()
    rows = csv.DictWriter(written, _COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    for entry in found.entries:
        texts = {name: _safe(entry.get(name)) for name in _COLUMNS[3:]}
        side = {str(entry.get("side")): str(entry.get("amount"))}
        rows.writerow(
            texts
            | {"recorded_at": instant_text(answers.instant(entry, "recorded_at"))}
            | {name: value for name, value in side.items() if name in ("debit", "credit")}
            | {"currency": str(found.members.get("currency"))}
        )
    return written.getvalue()


def _safe(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return f"'{text}" if text.startswith(_FORMULA) else text
