"""`pochi history`: what came in and what went out, the newest first."""

from __future__ import annotations

from typing import Any

import click

from wallet_cli import answers
from wallet_cli.people import known_as
from wallet_cli.running import command
from wallet_cli.screen import WIDTH, clip, clock_text, day_text, printable
from wallet_cli.session import Session
from wallet_cli.web import route

ROWS = 20
ROWS_MAX = 100
NAME_COLUMNS_MIN = 8
_GAPS = 10
"""What a table of five columns puts before and between them."""
_ID_TAIL = 8
_TOLD_KINDS = ("refund", "reverse", "redeem")
"""Kinds whose entries are not what they look like, a payment, and so are named."""


@command("history")
@click.option("-n", "--limit", type=click.IntRange(1, ROWS_MAX), default=ROWS)
@click.option("--before")
def history(session: Session, limit: int, before: str | None) -> None:
    """Show a page of the account's entries."""
    profile, screen = session.profile, session.screen
    members = session.read(route("v1", "accounts", profile.account, "entries", limit=limit, before=before))
    entries = answers.tables(members, "entries")
    if not entries:
        screen.tell(screen.say("history.none"))
    else:
        amount = f"{screen.say('history.heading_amount')} ({session.money(0).split(' ')[0]})"
        headings = (
            screen.say("history.heading_time"),
            screen.say("history.heading_other"),
            amount,
            screen.say("history.heading_balance"),
            screen.say("history.heading_receipt"),
        )
        lines = fitted_lines(headings, [_line(session, entry) for entry in entries])
        screen.show_table(headings, lines, right=(2, 3))
    following = members.get("next")
    if isinstance(following, str):
        screen.tell(screen.say("history.more", cursor=following))
    screen.show_json({"account": profile.account, "entries": entries, "next": following})


def fitted_lines(headings: tuple[str, ...], lines: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The lines with names cut to what the figures leave of the screen: a name may lack letters, an amount no digit."""
    others = [
        max(len(line[place]) for line in (headings, *lines)) for place in range(len(headings)) if place != 1
    ]
    room = max(WIDTH - _GAPS - sum(others), NAME_COLUMNS_MIN)
    return [(line[0], clip(printable(line[1]), room), *line[2:]) for line in lines]


def _line(session: Session, entry: dict[str, Any]) -> tuple[str, ...]:
    screen = session.screen
    sign = "+" if answers.text(entry, "side") == "credit" else "-"
    amount = answers.minor_units(entry, "amount", session.currency)
    after = answers.minor_units(entry, "balance_after", session.currency)
    title = entry.get("counterparty_title")
    address = answers.text(entry, "counterparty")
    name = known_as(session.profile, address, screen, title if isinstance(title, str) else "")
    if (kind := answers.text(entry, "kind")) in _TOLD_KINDS:
        name = f"{screen.say(f'history.kind_{kind}')}: {name}"
    return (
        when(session, answers.instant(entry, "recorded_at")),
        name,
        f"{sign}{_bare(session, amount)}",
        _bare(session, after),
        receipt_name(entry),
    )


def receipt_name(entry: dict[str, Any]) -> str:
    """What to type behind `pochi receipt show`: the control number of a bill, or the end of the order's id."""
    number, order = entry.get("control_number"), entry.get("order")
    if isinstance(number, str) and number:
        return number
    return order[-_ID_TAIL:] if isinstance(order, str) else ""


def _bare(session: Session, minor_units: int) -> str:
    """The figure alone; the table's heading names the currency."""
    return session.money(minor_units).rpartition(" ")[2]


def when(session: Session, instant_us: int) -> str:
    """Day and time; the year only if it is another one."""
    language = session.screen.language
    day, this_year = day_text(instant_us, language), day_text(session.now_us(), language)[-4:]
    return f"{day.removesuffix(f' {this_year}')}, {clock_text(instant_us)}"
