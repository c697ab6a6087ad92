"""How orders of offices are thought of, and of whoever gives money back: redeem, refund, reverse, freeze, roles, rules.

They join as those in `kinds` do: one decorated function each.
"""

from __future__ import annotations

from ledger.books.accounts import AccountClass
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import EntryKind, JournalEntry, ReversalReason
from ledger.books.parties import Role
from ledger.instants import day_text, eat_day
from ledger.orders.genesis import RULES_KNOWN
from ledger.orders.kinds import (
    AdoptRules,
    AttestBacking,
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Redeem,
    Refund,
    Reverse,
    RotateLogKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import prove_possession
from ledger.signing.log_keys import endorse
from tests.simulator.kinds import CURRENCIES, wishes_for
from tests.simulator.town import OFFICES, PERSONS, Town, Wish
from tests.strategies import HOUR_US, ROLES, key_of

RECENT = 12
HELD_LOG_KEYS = tuple(f"log-{number}" for number in range(1, 7))
"""Log keys to come, whose private parts lie in the ledger's folder."""
LOG_KEYS = (*HELD_LOG_KEYS, "log", "log-of-nobody")
_LOG_NAMES = {key_of(name).public.kid: name for name in LOG_KEYS}
COURT = "HIGH-COURT"
GRANTABLE = (*(Role(name) for name in ROLES), Role.PROVIDER, Role.PROVIDER)
"""An institution is one by its registration."""


def _entry(town: Town, *kinds: EntryKind) -> JournalEntry | None:
    """A journal entry, mostly a recent one of these kinds."""
    entries = [entry for entry in town.state().journal.values() if entry is not None]
    fitting = [entry for entry in entries if entry.kind in kinds]
    if fitting and not town.percent(12):
        return town.pick(fitting[-RECENT:])
    return town.pick(entries) if entries else None


@wishes_for(Redeem, weight=4)
def redeem(town: Town) -> Wish | None:
    """A distributor gives money up; now and then somebody whose account is no distribution account."""
    found = town.payer()
    distribution = town.accounts(account_class=AccountClass.DISTRIBUTION)
    if town.percent(75) or found is None:
        name, account = "faucet", town.pick(distribution)
    else:
        name, account = found
    currency = account.currency if town.percent(92) else town.pick(CURRENCIES)
    payer = account.address if town.percent(95) else town.address()
    reference = town.pick((None, "RTGS/2026-11-25/3"))
    return Wish(name, Redeem(payer, currency, town.amount(account), reference))


@wishes_for(Refund, weight=8)
def refund(town: Town) -> Wish | None:
    """A payee gives back all, a part, or more than it got; sometimes somebody else tries, or the order paid nothing."""
    if town.percent(4) and town.sent:
        return Wish(town.anybody(), Refund(town.pick(town.sent), town.address(), "TZS", 100))
    entry = _entry(town, EntryKind.PAYMENT)
    if entry is None:
        return None
    posting = town.pick(entry.postings)
    payer = posting.credit if town.percent(94) else town.address()
    left = max(1, posting.amount_minor_units - entry.refunded.get(posting.credit, 0))
    amount = left if town.percent(55) else town.chance.randrange(1, left + 50)
    account = town.state().accounts.get(payer)
    name = town.speaker(account.party) if account is not None else None
    currency = posting.currency if town.percent(96) else town.pick(("TZS", "USD"))
    return Wish(name or town.anybody(), Refund(entry.order_id, payer, currency, amount, "REF/1"))


@wishes_for(Reverse, weight=5)
def reverse(town: Town) -> Wish | None:
    """The supervisor corrects an entry: often too late, now and then twice."""
    if town.percent(4) and town.sent:
        return Wish("supervisor", Reverse(town.pick(town.sent), ReversalReason.FRAUD, "CASE/9"))
    entry = _entry(town, EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.ISSUE, EntryKind.REDEMPTION)
    if entry is None:
        return None
    reason = town.pick(tuple(ReversalReason))
    return Wish("supervisor", Reverse(entry.order_id, reason, f"CASE/{town.chance.randrange(1_000)}"))


@wishes_for(FreezeAccount, weight=4)
def freeze(town: Town) -> Wish | None:
    """An authority stops an account, mostly for a while."""
    lot = town.chance.randrange(10)
    until_us = None if lot == 0 else town.now_us + town.chance.randrange(-1, 6) * HOUR_US // 12
    return Wish(
        "authority",
        FreezeAccount(
            account=town.address(),
            scope=town.pick(tuple(FreezeScope)),
            reason=town.pick(tuple(FreezeReason)),
            order_number=f"HC/{town.chance.randrange(1_000)}",
            authority=COURT,
            frozen_until_us=until_us,
        ),
    )


@wishes_for(Unfreeze, weight=4)
def unfreeze(town: Town) -> Wish | None:
    """An authority lifts a freeze: one that stands, or one that is lifted, or one that never was."""
    placed = [row for rows in town.state().freezes.values() for row in rows]
    standing = [row for row in placed if row.lifted is None]
    if town.percent(8) and town.sent:
        return Wish("authority", Unfreeze(town.address(), town.pick(town.sent), "HC/0", COURT))
    if not placed:
        return None
    row = town.pick(standing) if standing and town.percent(85) else town.pick(placed)
    return Wish("authority", Unfreeze(row.account, row.freeze, row.order_number, COURT))


@wishes_for(CloseAccount, weight=2)
def close_account(town: Town) -> Wish | None:
    """A holder closes an account, mostly an empty one; sometimes one of the chart."""
    accounts = [account for account in town.accounts() if account.code is None or town.percent(20)]
    empty = [account for account in accounts if not account.balance and account.closed is None]
    if not accounts:
        return None
    account = town.pick(empty) if empty and town.percent(60) else town.pick(accounts)
    address = account.address if town.percent(94) else town.address()
    return Wish(town.speaker(account.party) or town.anybody(), CloseAccount(address))


@wishes_for(GrantRole, weight=3)
def grant_role(town: Town) -> Wish | None:
    """An authority gives an office back what it lost, or somebody a role more."""
    if town.percent(40):
        return Wish("authority", GrantRole(town.party(town.pick(PERSONS)), Role.PROVIDER))
    for name in ROLES:
        party = town.state().parties.get(name)
        if party is not None and Role(name) not in party.roles and town.percent(70):
            return Wish("authority", GrantRole(name, Role(name)))
    return Wish("authority", GrantRole(_somebody(town), town.pick(GRANTABLE)))


@wishes_for(WithdrawRole, weight=2)
def withdraw_role(town: Town) -> Wish | None:
    """An authority takes a role back, mostly one that was granted beyond the first."""
    parties = [party for party in town.state().parties.values() if party is not None]
    more = [
        party for party in parties if len(party.roles) > 1 or (party.roles and party.party not in OFFICES)
    ]
    if more and town.percent(70):
        party = town.pick(more)
        return Wish("authority", WithdrawRole(party.party, party.roles[-1]))
    return Wish("authority", WithdrawRole(_somebody(town), town.pick(GRANTABLE)))


@wishes_for(AdoptRules, weight=4)
def adopt_rules(town: Town) -> Wish | None:
    """An authority adopts a version of the rules that this software knows."""
    if town.state().rules == RULES_KNOWN[-1] and town.percent(75):
        return None
    return Wish("authority", AdoptRules(town.pick(RULES_KNOWN)))


@wishes_for(RotateLogKey, weight=2)
def rotate_log_key(town: Town) -> Wish | None:
    """A new key for the log, mostly vouched for by the one in force; now and then the ledger does not hold it."""
    following = key_of(town.pick(LOG_KEYS))
    vouching = town.state().log_keys[-1].key.kid
    by = _LOG_NAMES[vouching] if town.percent(85) else town.pick(LOG_KEYS)

    def body(order_id: str, signer: str) -> RotateLogKey:
        genesis = town.genesis
        registrant = key_of(signer).public.kid
        proof = prove_possession(following, genesis=genesis, order_id=order_id, registrant=registrant)
        word = endorse(key_of(by), following.public, ledger_id=genesis.ledger_id, order_id=order_id)
        return RotateLogKey(following.public, proof, word)

    return Wish("authority", body)


@wishes_for(AttestBacking, weight=2)
def attest_backing(town: Town) -> Wish | None:
    """The auditor's word on a day: today, a day before, or one that has not begun."""
    day = eat_day(town.now_us) + town.pick((0, 0, -1, -2, 2))
    amount = town.pick((0, town.amount()))
    return Wish("auditor", AttestBacking(town.pick(CURRENCIES), amount, day_text(day), "RTGS/88"))


def _somebody(town: Town) -> str:
    known = [party.party for party in town.state().parties.values() if party is not None]
    return town.pick(known) if known and town.percent(92) else "nobody"
