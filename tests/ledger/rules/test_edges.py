"""Edges of the rules that a random walk rarely meets."""

from __future__ import annotations

from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import ApproveBill, Issue, Leg, Pay
from ledger.refusals import Reason, Refusal
from ledger.rules.changes import Decision, apply
from ledger.rules.decide import decide
from ledger.rules.state import State, opening_state
from tests.strategies import World, make_genesis


def world_with_full_supply() -> tuple[World, State, str]:
    """A ledger whose faucet holds nearly all the money that 64 bits can count."""
    world = World(make_genesis(supply_max="92233720368547758.07"))
    state = opening_state(world.genesis)
    faucet = world.genesis.address_of("2900")
    order = world.verified(Issue(faucet, "TZS", MINOR_UNITS_MAX - 5), "issuer")
    outcome = decide(order, state, world.now_us)
    assert isinstance(outcome, Decision)
    apply(outcome, state, sequence=1)
    return world, state, faucet


def test_a_counter_at_the_edge_of_64_bits_refuses() -> None:
    """The account that gave nearly everything away and got it back cannot be debited past 64 bits."""
    world, state, faucet = world_with_full_supply()
    backing = world.genesis.backing["TZS"]
    state.accounts[faucet] = state.accounts[faucet]._replace(  # type: ignore[union-attr]
        debits_posted=MINOR_UNITS_MAX - 1, credits_posted=MINOR_UNITS_MAX
    )
    order = world.verified(Pay(faucet, "TZS", (Leg(backing, 1),)), "faucet")
    assert decide(order, state, world.now_us) == Refusal(Reason.PAYEE_NOT_PAYABLE)
    payee = world.genesis.address_of("2901")
    state.accounts[payee] = state.accounts[payee]._replace(currency="TZS", credits_posted=MINOR_UNITS_MAX)  # type: ignore[union-attr]
    order = world.verified(Pay(faucet, "TZS", (Leg(payee, 1),)), "faucet")
    assert decide(order, state, world.now_us) == Refusal(Reason.COUNTER_FULL)


def test_supply_max_is_exact() -> None:
    """Up to the bound money may be issued, not one minor unit more."""
    world, state, faucet = world_with_full_supply()
    too_much = decide(world.verified(Issue(faucet, "TZS", 6), "issuer"), state, world.now_us)
    assert isinstance(too_much, Refusal)
    assert too_much.reason is Reason.SUPPLY_MAX_EXCEEDED
    assert isinstance(
        decide(world.verified(Issue(faucet, "TZS", 5), "issuer"), state, world.now_us), Decision
    )


def test_an_order_is_void_at_the_very_instant_of_its_expiry() -> None:
    """`now >= expires` refuses; a microsecond earlier it does not."""
    world, state, faucet = world_with_full_supply()
    order = world.verified(Pay(faucet, "TZS", (Leg(faucet, 1),)), "faucet")
    expires_us = order.order.expires_us
    assert decide(order, state, expires_us) == Refusal(Reason.ORDER_EXPIRED)
    assert decide(order, state, expires_us - 1) == Refusal(Reason.PAYER_IS_PAYEE)


def test_an_unknown_bill_cannot_be_approved_even_by_an_issuer() -> None:
    """Authority comes before the register: who may not approve learns nothing about bills."""
    world, state, _ = world_with_full_supply()
    order = world.verified(ApproveBill("019ab697-e87b-7eae-9e0d-a6da59b0145f"), "issuer")
    assert decide(order, state, world.now_us) == Refusal(Reason.ROLE_INSUFFICIENT)
