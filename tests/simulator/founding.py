"""The town as every run finds it: four people with money, an institution with maker, checker and collection account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind, Scope, Title
from ledger.orders.kinds import AddKey, Issue, OpenAccount, RegisterParty
from ledger.signing.keys import PublicKey
from tests.simulator.kinds import with_possession
from tests.simulator.town import INSTITUTIONS, PERSONS, Town, Wish
from tests.strategies import SERVICE, key_of

MONEY = 50_000
FOUNDERS = PERSONS[:4]


def founding_wishes(town: Town) -> Iterator[Wish]:
    """One after the other, each looked at when the ones before are decided."""
    for name in FOUNDERS:
        yield Wish(name, RegisterParty(PartyKind.PERSON, key_of(name).public))
        yield Wish(name, OpenAccount("TZS", AccountClass.WALLET))
        (account,) = town.accounts(party=town.party(name))
        yield Wish("issuer", Issue(account.address, "TZS", MONEY))
    office = INSTITUTIONS[0]
    title = Title(f"Office {office}", f"Ofisi ya {office}")
    yield Wish(office, RegisterParty(PartyKind.INSTITUTION, key_of(office).public, title, (SERVICE,)))
    for half, scope in (("maker", Scope.MAKE), ("checker", Scope.CHECK)):
        key = f"{office}-{half}"
        yield Wish(office, with_possession(town, key, _adding(scope)))
    yield Wish(office, OpenAccount("TZS", AccountClass.COLLECTION))


def _adding(scope: Scope) -> Callable[[PublicKey, bytes], AddKey]:
    return lambda key, proof: AddKey(key, (scope,), proof)
