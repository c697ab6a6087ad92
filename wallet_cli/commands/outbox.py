"""`pochi outbox`: orders that are signed and saved, and not known to be answered."""

from __future__ import annotations

from enum import Enum
from typing import Any

import click

from ledger.faults import Fault, LedgerFault
from ledger.instants import parse_instant
from ledger.orders.codec import PAYLOAD_BYTES_MAX, read_order
from ledger.orders.signed import ORDER_TYPE
from ledger.signing.jws import split_compact
from ledger.strict_json import loads_object
from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo, problem_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.outbox import Pending, SavedOrder
from wallet_cli.people import known_as
from wallet_cli.running import command, group
from wallet_cli.screen import clip, moment_text
from wallet_cli.sending import RECORD_BYTES_MAX, RECORD_DEPTH_MAX, own_sender, reason_words
from wallet_cli.session import Session
from wallet_cli.web import route

_FAILED = {"refused": ExitCode.REFUSED, "impossible": ExitCode.CONFLICT, "expired": ExitCode.REFUSED}

NAME_COLUMNS = 18
ID_TAIL = 8
"""As much of an order's id as is shown, and enough to name it by."""
CLOCK_MARGIN_US = 120_000_000
"""An order this long past its expiry is void by any clock that the ledger may have."""


@command("list")
def list_(session: Session) -> None:
    """List what waits, the oldest first."""
    screen, pending = session.screen, session.outbox.pending(profile=session.profile.name)
    _warn_damaged(session, pending)
    if not pending.orders:
        screen.tell(screen.say("outbox.empty"))
    else:
        headings = [screen.say(f"label.{name}") for name in ("order", "payee", "amount", "saved")]
        screen.show_table(headings, [_line(session, saved) for saved in pending.orders], right=(2,))
        _explain(session, pending.orders)
    orders = [
        {
            "order": saved.order_id,
            "saved_at": saved.saved_at,
            "summary": saved.summary,
            "may_still_be_posted": not _is_void(session, saved, session.now_us()),
        }
        for saved in pending.orders
    ]
    screen.show_json({"orders": orders, "damaged": [str(each.path) for each in pending.damaged]})


@command("retry")
@click.argument("order", required=False)
def retry(session: Session, order: str | None) -> None:
    """Send what waits again, the same bytes, and settle it."""
    profile, screen = session.profile, session.screen
    pending = session.outbox.pending(profile=profile.name)
    _warn_damaged(session, pending)
    orders = pending.orders if order is None else (_pending(session, order),)
    if not orders:
        screen.tell(screen.say("outbox.empty"))
    else:
        session.check_ledger()
    results = [_retry(session, saved) for saved in orders]
    screen.show_json({"orders": results})
    _leave(results)


@command("drop")
@click.argument("order")
def drop(session: Session, order: str) -> None:
    """Give up an order that was certainly not posted."""
    screen, saved = session.screen, _pending(session, order)
    # By a clock that is ahead, an order would be void before the ledger thinks so: the slower clock counts.
    now_us = min(session.now_us(), session.meet_pinned().time_us)
    holder = _holder(session, saved)
    if holder is Holder.THIS:
        raise WalletFault("outbox_recorded", ExitCode.CONFLICT, order=saved.order_id)
    told = "outbox.dropped_taken" if holder is Holder.ANOTHER else "outbox.dropped_expired"
    if holder is Holder.UNKNOWN and not _is_void(session, saved, now_us):
        if not screen.confirm(screen.say("outbox.ask_drop", order=saved.order_id)):
            raise WalletFault("outbox_drop_unsure", ExitCode.OUTCOME_UNKNOWN, order=saved.order_id)
        told = "outbox.dropped"
    session.outbox.drop(saved.order_id, nothing_was_posted=True)
    screen.done(screen.say(told, order=saved.order_id))
    screen.show_json({"order": saved.order_id, "dropped": True})


class Holder(Enum):
    """For which order the ledger has recorded an id."""

    UNKNOWN = "unknown"
    """For none, or for one of a stranger, which the ledger shows to nobody else."""
    THIS = "this"
    ANOTHER = "another"


def _explain(session: Session, orders: tuple[SavedOrder, ...]) -> None:
    """What can still become of what waits."""
    screen, now_us = session.screen, session.now_us()
    screen.tell(screen.say("outbox.hint"))
    void = [saved for saved in orders if _is_void(session, saved, now_us)]
    if len(void) < len(orders):
        screen.tell(screen.say("outbox.may_be_tried"))
    for saved in void:
        screen.tell(screen.say("outbox.expired", order=saved.order_id[-ID_TAIL:]))


def _retry(session: Session, saved: SavedOrder) -> dict[str, object]:
    """One order, sent again. What stays open is said, and does not keep the others waiting."""
    screen = session.screen
    screen.tell(screen.say("outbox.retrying", order=saved.order_id))
    told: dict[str, object] = {"order": saved.order_id, "outcome": "unknown"}
    try:
        settled = own_sender(session).settle(saved)
    except WalletFault as fault:
        if fault.exit_code is ExitCode.VERIFICATION_FAILED:
            raise
        if fault.key == "id_taken":
            screen.wrong(screen.say("outbox.id_taken", order=saved.order_id))
            return told | {"outcome": "impossible", "code": fault.key}
        if fault.key == "may_be_tried" and _is_void(session, saved, session.now_us()):
            session.outbox.drop(saved.order_id, nothing_was_posted=True)
            screen.done(screen.say("outbox.dropped_expired", order=saved.order_id))
            return told | {"outcome": "expired"}
        screen.warn(screen.say("outbox.still_unknown", order=saved.order_id))
        return told | {"code": fault.key}
    outcome = settled.outcome
    if outcome.accepted:
        screen.done(screen.say("outbox.accepted", order=saved.order_id))
        receipt = str(settled.path) if settled.path is not None else None
        return told | {"outcome": "accepted", "replayed": outcome.replayed, "receipt": receipt}
    title, _ = reason_words(outcome.reason, outcome.details, screen.language)
    screen.wrong(screen.say("outbox.refused", order=saved.order_id, reason=title))
    return told | {"outcome": "refused", "replayed": outcome.replayed, "reason": outcome.reason}


def _leave(results: list[dict[str, object]]) -> None:
    """The exit code of several orders: unknown before refused, partial if some went well."""
    outcomes = {str(result["outcome"]) for result in results}
    if "unknown" in outcomes:
        raise click.exceptions.Exit(ExitCode.OUTCOME_UNKNOWN)
    if failed := outcomes & _FAILED.keys():
        code = ExitCode.PARTIAL if "accepted" in outcomes else min(_FAILED[outcome] for outcome in failed)
        raise click.exceptions.Exit(code)


def _pending(session: Session, order: str) -> SavedOrder:
    """A waiting order by its id or the end of it."""
    pending = session.outbox.pending(profile=session.profile.name).orders
    fitting = [saved for saved in pending if saved.order_id.endswith(order.lower())]
    if len(order) >= 6 and len(fitting) == 1:
        return fitting[0]
    return session.outbox.load(order)


def _holder(session: Session, saved: SavedOrder) -> Holder:
    """For which order the ledger has recorded this one's id: by the record if it shows it, else by a dry run.

    A dry run writes nothing, and says "id in use" of the id of a stranger's order too.
    """
    try:
        members = session.read(route("v1", "orders", saved.order_id))
    except LedgerSaidNo as fault:
        if fault.problem.status != 404:
            raise
    else:
        return Holder.THIS if _is_about(members, saved) else Holder.ANOTHER
    try:
        reply = session.client(session.profile).preview_order(saved.order)
    except WalletFault:
        return Holder.UNKNOWN
    if "outcome" in reply.members and reply.members.get("dry_run") is not True:
        raise WalletFault("dry_run_ignored", ExitCode.VERIFICATION_FAILED, order=saved.order_id)
    return Holder.ANOTHER if problem_of(reply).code == Fault.ID_IN_USE else Holder.UNKNOWN


def _is_about(members: dict[str, Any], saved: SavedOrder) -> bool:
    """Whether a recorded outcome is this order's: of the same signed words, whatever the signature's bytes are.

    Raises:
        WalletFault: `answer_forged` if it is about an order with another id, or no record at all.
    """
    try:
        record = answers.text(members, "record").encode("utf-8")
        line = loads_object(record, bytes_max=RECORD_BYTES_MAX, depth_max=RECORD_DEPTH_MAX)
        order = answers.text(answers.table(line, "cause"), "order").encode("utf-8")
        payload = loads_object(split_compact(order, typ=ORDER_TYPE).payload, bytes_max=PAYLOAD_BYTES_MAX)
    except (LedgerFault, WalletFault) as error:
        raise WalletFault("answer_forged", ExitCode.VERIFICATION_FAILED) from error
    if payload.get("id") != saved.order_id:
        raise WalletFault("answer_forged", ExitCode.VERIFICATION_FAILED)
    return order.rpartition(b".")[0] == saved.order.rpartition(b".")[0]


def _is_void(session: Session, saved: SavedOrder, now_us: int) -> bool:
    """Whether no ledger will post it any more, whenever it arrives."""
    try:
        payload = split_compact(saved.order, typ=ORDER_TYPE).payload
        expires_us = read_order(payload, session.genesis).expires_us
    except LedgerFault:
        return False
    return now_us > expires_us + CLOCK_MARGIN_US


def _line(session: Session, saved: SavedOrder) -> tuple[str, ...]:
    amount, name = saved.summary.get("amount"), saved.summary.get("name")
    address = str(saved.summary.get("payee", ""))
    shown = known_as(session.profile, address, session.screen, str(name or "")) if address else ""
    shown = shown or str(saved.summary.get("kind", ""))
    return (
        saved.order_id[-ID_TAIL:],
        clip(shown, NAME_COLUMNS),
        session.money(amount) if isinstance(amount, int) else "",
        moment_text(parse_instant(saved.saved_at), session.screen.language),
    )


def _warn_damaged(session: Session, pending: Pending) -> None:
    for each in pending.damaged:
        session.screen.warn(session.screen.say("outbox.damaged", path=str(each.path)))


outbox = group("outbox", list_, retry, drop)
