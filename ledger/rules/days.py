"""The close of a day: a record that the ledger makes by itself, at midnight in East Africa Time.

Nobody signs it. Its cause is `{"due": {"order": "close_day", "run": n}}`: `close_day`, which can be no order's id, is
what the rules themselves demand, and `n` is the day in whole days since 1970-01-01. There is exactly one for each day,
before any record of the next day; days that were missed are closed one by one. The audit computes each again.
"""

from __future__ import annotations

from ledger.books.accounts import Account, AccountClass
from ledger.books.trial_balance import TrialBalance, TrialBalanceLine, trial_balance
from ledger.instants import day_text, eat_day, instant_text
from ledger.orders.genesis import Genesis
from ledger.rules.state import State
from ledger.strict_json import dumps

CLOSE_DAY = "close_day"


def day_is_over(state: State, now_us: int) -> bool:
    """Whether the open day must be closed before anything else is recorded."""
    return state.day is not None and eat_day(now_us) > state.day


def close_record(state: State, balance: TrialBalance, *, day: int, sequence: int, recorded_us: int) -> bytes:
    """The record that closes a day: the books, the money, and how the records since the last close went."""
    refused = state.day_refused
    result = {
        "day": day_text(day),
        "trial_balance": [_line(line, state.genesis) for line in balance.lines],
        "supply": [
            _supply(balance, currency, state.genesis) for currency in sorted(state.genesis.currencies)
        ],
        "records": {"accepted": sequence - state.day_first - refused, "refused": refused},
    }
    return dumps(
        {
            "sequence": sequence,
            "recorded_at": instant_text(recorded_us),
            "rules": state.rules,
            "cause": {"due": {"order": CLOSE_DAY, "run": day}},
            "outcome": "accepted",
            "postings": [],
            "result": result,
        }
    )


def apply_close(state: State, *, day: int, sequence: int) -> None:
    """The next day is open."""
    state.day, state.day_first, state.day_refused = day + 1, sequence + 1, 0


def balance_of(state: State) -> TrialBalance:
    """The trial balance over a state that holds every account."""
    accounts: list[Account] = [account for account in state.accounts.values() if account is not None]
    return trial_balance(accounts)


def _line(line: TrialBalanceLine, genesis: Genesis) -> dict[str, object]:
    def told(minor_units: int) -> str:
        return _sum_text(minor_units, genesis.currencies[line.currency].decimals)

    return {
        "currency": line.currency,
        "class": line.account_class.value,
        "accounts": line.accounts,
        "debits": told(line.debits_posted),
        "credits": told(line.credits_posted),
        "balance": told(line.balance),
    }


def _supply(balance: TrialBalance, code: str, genesis: Genesis) -> dict[str, object]:
    """Issued and redeemed since genesis: what the backing accounts of a currency were debited and credited."""
    rows = [
        row for row in balance.lines if row.currency == code and row.account_class is AccountClass.BACKING
    ]
    issued, redeemed = sum(row.debits_posted for row in rows), sum(row.credits_posted for row in rows)
    decimals = genesis.currencies[code].decimals
    return {
        "currency": code,
        "issued": _sum_text(issued, decimals),
        "redeemed": _sum_text(redeemed, decimals),
        "outstanding": _sum_text(issued - redeemed, decimals),
    }


def _sum_text(minor_units: int, decimals: int) -> str:
    """Major units with all decimals. Sums over many accounts may go beyond the 64 bits of one."""
    if not decimals:
        return str(minor_units)
    digits = str(minor_units).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"
