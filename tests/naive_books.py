"""The books and the register of the naive ledger: dictionaries of plain values, and what is asked of them often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Reason
from tests.strategies import World

Plain = dict[str, Any]
"""A row, as plain as can be."""


@dataclass
class NaiveBooks:
    """Everything in plain dictionaries of plain values."""

    world: World
    parties: dict[str, Plain] = field(default_factory=dict)
    keys: dict[str, Plain] = field(default_factory=dict)
    accounts: dict[str, Plain] = field(default_factory=dict)
    bills: dict[str, Plain] = field(default_factory=dict)
    registered: int = 0
    rules: int = 0
    freezes: list[Plain] = field(default_factory=list)
    entries: dict[str, Plain] = field(default_factory=dict)
    log_keys: list[str] = field(default_factory=list)
    numbers: list[Plain] = field(default_factory=list)
    """Bills in the order in which they got their numbers."""
    bulks: dict[str, Plain] = field(default_factory=dict)
    lines: dict[tuple[str, str], str] = field(default_factory=dict)
    """(party, content hash) -> the bulk approval that holds it."""
    receipts: set[tuple[str, str]] = field(default_factory=set)
    parts: list[int] = field(default_factory=list)
    """What each item of a bill gets of the payment at hand."""
    content: str = ""
    """The content hash of the order at hand."""

    def __post_init__(self) -> None:
        """Begin as genesis begins."""
        genesis = self.world.genesis
        self.rules = genesis.rules
        self.log_keys.append(genesis.log_key.kid)
        for party in genesis.parties:
            self.parties[party.party] = {"roles": [role.value for role in party.roles], "services": []}
            for key, scopes in party.keys:
                self.keys[key.kid] = {
                    "party": party.party,
                    "scopes": [s.value for s in scopes],
                    "revoked": False,
                }
        for line in genesis.chart:
            self.accounts[genesis.address_of(line.code)] = {
                "party": line.party, "class": line.account_class.value, "currency": line.currency, "in": 0, "out": 0,
                "closed": False,
            }  # fmt: skip

    def balance(self, address: str) -> int:
        """What came in less what went out; for the backing account the other way round."""
        account = self.accounts[address]
        sign = -1 if account["class"] == "backing" else 1
        return int(sign * (account["in"] - account["out"]))

    def _stopped(self, address: str, now_us: int, *scopes: str) -> bool:
        """Whether a freeze of one of these scopes stands on an account."""
        return any(
            freeze["account"] == address and freeze["scope"] in scopes and not freeze["lifted"]
            and (freeze["until"] is None or now_us < freeze["until"])
            for freeze in self.freezes
        )  # fmt: skip

    def _payer_stopped(self, address: str, now_us: int) -> set[Reason]:
        found = {Reason.PAYER_CLOSED} if self.accounts[address]["closed"] else set()
        return found | ({Reason.PAYER_FROZEN} if self._stopped(address, now_us, "debits", "all") else set())

    def _payee_stopped(self, address: str, now_us: int) -> set[Reason]:
        found = {Reason.PAYEE_CLOSED} if self.accounts[address]["closed"] else set()
        return found | ({Reason.PAYEE_FROZEN} if self._stopped(address, now_us, "all") else set())

    def _give_back(self, payment: Plain, payee: str, amount: int) -> None:
        payment["back"][payee] = payment["back"].get(payee, 0) + amount
        if payment["bill"] is not None:
            payment["bill"]["back"] += amount

    def _enter(
        self, order: VerifiedOrder, moves: list[tuple[str, str, int]], bill: Plain | None = None
    ) -> None:
        """Move money, and remember what was moved by which order."""
        self.entries[order.order.order_id] = {
            "kind": type(order.order.body).__name__, "moves": moves, "back": {}, "reversed": False, "about": None,
            "bill": bill,
        }  # fmt: skip
        for source, target, amount in moves:
            self.accounts[source]["out"] += amount
            self.accounts[target]["in"] += amount
