"""A dry run: the ledger says what would become of an order. It is signed, and neither saved nor handed in."""

from __future__ import annotations

from typing import NamedTuple

from ledger.addresses import new_order_id
from ledger.orders.kinds import Body, Order
from ledger.orders.signed import sign_order
from ledger.signing.keys import PrivateKey
from wallet_cli import answers
from wallet_cli.client import Reply, fault_of, problem_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.screen import Row
from wallet_cli.sending import ORDER_LIFE_US, Sender, reason_words
from wallet_cli.session import Session

_OUTCOMES = (200, 201, 422)


class Projection(NamedTuple):
    """What the payer's account would hold, in minor units, by the ledger's own word."""

    balance_after: int


def project(sender: Sender, body: Body, key: PrivateKey) -> Projection:
    """Ask the ledger what would become of an order of the profile's account.

    Raises:
        WalletFault: `refused` (exit 6) with the very reason that the order itself would get; `answer_lost`;
            `dry_run_ignored` (exit 10) if the ledger took it for an order; a `LedgerSaidNo`.
    """
    session, now_us = sender.session, sender.session.now_us()
    order_id = new_order_id(now_us)
    data = sign_order(Order(order_id, now_us + ORDER_LIFE_US, body), key, sender.genesis)
    reply = sender.client.preview_order(data)
    if "outcome" not in reply.members or reply.status not in _OUTCOMES:
        raise fault_of(problem_of(reply), url=sender.client.web.place.url)
    if reply.members.get("dry_run") is not True:
        raise WalletFault("dry_run_ignored", ExitCode.VERIFICATION_FAILED, order=order_id)
    if reply.members["outcome"] != "accepted":
        raise _refused(reply, session)
    for row in answers.tables(reply.members, "balances"):
        if row.get("account") == sender.profile.account:
            return Projection(answers.minor_units(row, "balance", session.currency))
    raise WalletFault("answer_member", ExitCode.UNEXPECTED, member="balances")


def tell_projection(session: Session, projection: Projection) -> None:
    """Say that it would be accepted, and what would be left."""
    screen = session.screen
    screen.tell(screen.say("send.dry_run"))
    after = session.money(projection.balance_after)
    screen.tell_rows([Row(screen.say("label.after"), after, screen.say("note.by_the_ledger"))])


def _refused(reply: Reply, session: Session) -> WalletFault:
    problem = problem_of(reply)
    title, detail = reason_words(problem.code, problem.details, session.screen.language)
    return WalletFault("refused", ExitCode.REFUSED, title=title, detail=detail, reason=problem.code)
