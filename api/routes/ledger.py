"""What the ledger is, what circulates, and its books."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from api import callers, schemas
from api.house import House
from api.routes.accounts import title_members
from api.web import own_tagged, public
from ledger.enquiries import SupplyRow
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.money import Currency
from ledger.orders.codec import PAYLOAD_BYTES_MAX
from ledger.signing.log_keys import LogKey


def blueprint(house: House) -> Blueprint:
    """`/v1/ledger`, `/v1/supply`, `/v1/trial-balance`."""
    routes = Blueprint("ledger", __name__)

    @routes.get("/v1/ledger")
    def get_ledger() -> Response:
        schemas.read_query(schemas.QUERY)
        return public(_ledger_members(house))

    @routes.get("/v1/supply")
    def get_supply() -> Response:
        query = schemas.read_query(schemas.SUPPLY_QUERY)
        return public(_supply_members(house, query.get("currency")))

    @routes.get("/v1/trial-balance")
    def get_trial_balance() -> Response:
        schemas.read_query(schemas.QUERY)
        callers.require_sees_books(house)
        view, currencies = house.enquiries.trial_balance(), house.genesis.currencies
        rows = [
            {
                "currency": line.currency,
                "class": line.account_class.value,
                "normal_side": line.account_class.normal_side.value,
                "accounts": line.accounts,
                "debits": currencies[line.currency].text(line.debits_posted),
                "credits": currencies[line.currency].text(line.credits_posted),
                "balance": currencies[line.currency].text(line.balance),
            }
            for line in view.balance.lines
        ]
        return own_tagged(
            {"lines": rows, "balanced": not view.balance.differences(), "log_size": view.log_size}
        )

    return routes


def _supply_members(house: House, wanted: str | None) -> dict[str, object]:
    """Every currency, or the one that is wanted.

    Raises:
        LedgerFault: QUERY_INVALID for a currency that this ledger does not have.
    """
    view, currencies = house.enquiries.supply(), house.genesis.currencies
    if wanted is not None and wanted not in currencies:
        raise LedgerFault(Fault.QUERY_INVALID, parameter="currency")
    rows = [_supply_row(row, currencies[row.currency]) for row in view.rows if wanted in (None, row.currency)]
    return {"supply": rows, "log_size": view.log_size}


def _supply_row(row: SupplyRow, currency: Currency) -> dict[str, object]:
    """`difference`: what is attested less what circulates now; null where no auditor has stated anything."""
    attested = row.attested
    less = None if attested is None else attested.amount_minor_units - row.outstanding
    return {
        "currency": row.currency,
        "issued": currency.text(row.issued),
        "redeemed": currency.text(row.redeemed),
        "outstanding": currency.text(row.outstanding),
        "supply_max": currency.text(row.supply_max),
        "attested": None if attested is None else currency.text(attested.amount_minor_units),
        "attested_for": None if attested is None else attested.date,
        "difference": None if less is None else f"{'-' if less < 0 else ''}{currency.text(abs(less))}",
    }


def _ledger_members(house: House) -> dict[str, object]:
    genesis, head, config = house.genesis, house.enquiries.head(), house.config
    return {
        "ledger": genesis.ledger_id,
        "name": genesis.name,
        "sandbox": genesis.sandbox,
        "prefix": genesis.prefix,
        "currencies": [{"code": row.code, "decimals": row.decimals} for row in genesis.currencies.values()],
        "genesis_record": genesis.record.decode("ascii"),
        "log_keys": _log_key_rows(house.enquiries.log_keys()),
        "log_size": head.size,
        "checkpoint": head.checkpoint,
        "limits": {
            "payload_bytes_max": PAYLOAD_BYTES_MAX,
            "body_bytes_max": config.body_bytes_max,
            "bulk_orders_max": config.bulk_orders_max,
            "holders_max": genesis.holders_max,
        },
        "institutions": [
            {"party": party.party, "title": title_members(party.title)}
            for party in house.enquiries.institutions()
            if party.title is not None
        ],
        "rules": house.enquiries.rules(),
        "time": instant_text(house.clock.wall_us()),
        "ahead_seconds": house.ahead_seconds,
    }


def _log_key_rows(log_keys: Sequence[LogKey]) -> list[dict[str, object]]:
    """Each log key with the sizes that it signs, and how the one before it vouches for it."""
    ends = [row.first_size - 1 for row in log_keys[1:]]
    return [
        {
            "key": row.key.jwk(),
            "from": row.first_size,
            "to": end,
            "order": row.order or None,
            "endorsement": row.endorsement.decode("ascii") or None,
        }
        for row, end in zip(log_keys, [*ends, None], strict=True)
    ]
