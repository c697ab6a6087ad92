"""The books as journals for plain-text accounting: Beancount and hledger.

Both tell the same: each account where it was opened, each record that moved money as one transaction, and at the end
what each account holds, as an assertion that the program checks. Amounts are as in the ledger, debits positive and
credits negative. Days are those of East Africa Time, as in the ledger's own day. Refused orders moved nothing and are
not there.

Accounts are named by class and address: `Liabilities:Wallet:TZST1Q...`. Beancount wants account names that begin with
an upper-case letter, and Bech32m allows a text in upper case, so an address can be copied back into a wallet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from ledger.books.accounts import Account, Side
from ledger.books.journal import Posting
from ledger.instants import instant_text
from ledger.orders.codec import kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Order, Pay, PayBill
from ledger.rules.audit import Replayed
from ledger.rules.changes import AccountOpened, EntryPosted
from ledger.rules.history import History
from ledger.rules.state import State

_EAST_AFRICA = timedelta(hours=3)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOTS = {Side.DEBIT: "Assets", Side.CREDIT: "Liabilities"}


def day_of(recorded_us: int) -> date:
    """The day in Dar es Salaam."""
    return (_EPOCH + timedelta(microseconds=recorded_us) + _EAST_AFRICA).date()


def journal_name(account: Account) -> str:
    """The account's name in a journal: `Assets:Backing:TZST1...`."""
    root, name = _ROOTS[account.account_class.normal_side], account.account_class.value.capitalize()
    return f"{root}:{name}:{account.address.upper()}"


def signed_amount(minor_units: int, currency: str, genesis: Genesis) -> str:
    """An amount that may be negative, in major units, with its currency: `-15000.00 TZS`."""
    sign = "-" if minor_units < 0 else ""
    return f"{sign}{genesis.currencies[currency].text(abs(minor_units))} {currency}"


def held(account: Account) -> int:
    """What an account holds as a journal says it: debits less credits, in minor units."""
    return account.debits_posted - account.credits_posted


class _Journal:
    """What both formats share: which records become what. The lines themselves differ."""

    comment = ";"

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def begin(self, history: History) -> Iterator[bytes]:
        """What stands first: which ledger this is, its currencies, and the accounts of the chart."""
        genesis, day = history.genesis, day_of(history.run.recorded_us)
        yield from _lines(self._head(genesis))
        for account in history.run.state.accounts.values():
            if account is not None:
                yield from self._open(account, day)

    def note(self, replayed: Replayed) -> Iterator[bytes]:
        """The accounts that a record opened, and the money that it moved."""
        order, day = replayed.order, day_of(replayed.recorded_us)
        if order is None:
            return
        for change in replayed.changes:
            match change:
                case AccountOpened(account):
                    yield from self._open(account, day)
                case EntryPosted(postings):
                    yield from _lines(["", *self._moved(replayed, order.order, day)])
                    yield from _lines(
                        f"  {self._names[address]}  {amount}"
                        for posting in postings
                        for address, amount in self._sides(posting)
                    )

    def end(self, state: State, checkpoint: str, recorded_us: int) -> Iterator[bytes]:
        """What every account holds, and the checkpoint over the records that this was made from."""
        accounts = [account for account in state.accounts.values() if account is not None]
        yield from _lines(["", *self._held(accounts, state.genesis, day_of(recorded_us))])
        yield from _lines(["", *(f"{self.comment} {line}".rstrip() for line in checkpoint.splitlines())])

    def _open(self, account: Account, day: date) -> Iterator[bytes]:
        self._names[account.address] = journal_name(account)
        yield from _lines(self._opened(account, day))

    def _head(self, genesis: Genesis) -> list[str]:
        self._genesis = genesis
        kind = " (sandbox: test money)" if genesis.sandbox else ""
        return [f"{self.comment} {genesis.name}{kind}, ledger {genesis.ledger_id}"]

    def _sides(self, posting: Posting) -> tuple[tuple[str, str], tuple[str, str]]:
        amount = signed_amount(posting.amount_minor_units, posting.currency, self._genesis)
        return (posting.debit, amount), (posting.credit, f"-{amount}")

    def _opened(self, account: Account, day: date) -> list[str]:
        raise NotImplementedError

    def _moved(self, replayed: Replayed, order: Order, day: date) -> list[str]:
        raise NotImplementedError

    def _held(self, accounts: Iterable[Account], genesis: Genesis, day: date) -> Iterable[str]:
        raise NotImplementedError


class BeancountJournal(_Journal):
    """For Beancount 3: `bean-check` checks that every transaction balances and that accounts hold what they say."""

    def _head(self, genesis: Genesis) -> list[str]:
        currencies = [f'option "operating_currency" "{code}"' for code in genesis.currencies]
        return [*super()._head(genesis), f'option "title" "{genesis.name}"', *currencies]

    def _opened(self, account: Account, day: date) -> list[str]:
        code = [f'  code: "{account.code}"'] if account.code else []
        name = self._names[account.address]
        return ["", f"{day} open {name} {account.currency}", f'  party: "{account.party}"', *code]

    def _moved(self, replayed: Replayed, order: Order, day: date) -> list[str]:
        return [
            f'{day} * "{kind_name(order.body)}" "{_words(order.body)}"',
            f"  sequence: {replayed.sequence}",
            f'  order: "{order.order_id}"',
            f'  recorded_at: "{instant_text(replayed.recorded_us)}"',
        ]

    def _held(self, accounts: Iterable[Account], genesis: Genesis, day: date) -> Iterator[str]:
        morning = day + timedelta(days=1)  # a balance is what an account holds as a day begins
        for account in accounts:
            currency = account.currency
            amount, _, code = signed_amount(held(account), currency, genesis).rpartition(" ")
            # To the last minor unit: without a tolerance of its own, Beancount would forgive one.
            yield f"{morning} balance {self._names[account.address]}  {amount} ~ 0 {code}"


class HledgerJournal(_Journal):
    """For hledger: `hledger check --strict` checks the same; accounts and currencies are declared."""

    def _head(self, genesis: Genesis) -> list[str]:
        rows = [
            f"commodity 1{'.' if not currency.decimals else '.' + '0' * currency.decimals} {currency.code}"
            for currency in genesis.currencies.values()
        ]
        return [*super()._head(genesis), *rows]

    def _opened(self, account: Account, day: date) -> list[str]:
        code = f", code:{account.code}" if account.code else ""
        return ["", f"account {self._names[account.address]}  ; opened:{day}, party:{account.party}{code}"]

    def _moved(self, replayed: Replayed, order: Order, day: date) -> list[str]:
        words = _words(order.body)
        return [
            f"{day} * ({replayed.sequence}) {kind_name(order.body)}{f' | {words}' if words else ''}",
            f"  ; order:{order.order_id}, recorded_at:{instant_text(replayed.recorded_us)}",
        ]

    def _held(self, accounts: Iterable[Account], genesis: Genesis, day: date) -> Iterator[str]:
        yield f"{day} * what every account holds"
        for account in accounts:
            nothing = signed_amount(0, account.currency, genesis)
            amount = signed_amount(held(account), account.currency, genesis)
            yield f"  {self._names[account.address]}  {nothing} = {amount}"


def _words(body: Body) -> str:
    """What the order says beside accounts and amounts: the bill's number, or the payer's references."""
    if isinstance(body, PayBill):
        return body.control_number
    legs = body.legs if isinstance(body, Pay) else ()
    return " ".join(dict.fromkeys(leg.reference for leg in legs if leg.reference))


def _lines(lines: Iterable[str]) -> Iterator[bytes]:
    return (f"{line}\n".encode() for line in lines)
