"""What the ledger is, what circulates, and its books."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from api import callers, schemas
from api.house import House
from api.routes.accounts import title_members
from api.web import public
from ledger.instants import instant_text
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
        schemas.read_query(schemas.QUERY)
        view, currencies = house.enquiries.supply(), house.genesis.currencies
        rows = [
            {
                "currency": row.currency,
                "issued": currencies[row.currency].text(row.issued),
                "redeemed": currencies[row.currency].text(row.redeemed),
                "outstanding": currencies[row.currency].text(row.outstanding),
                "supply_max": currencies[row.currency].text(row.supply_max),
            }
            for row in view.rows
        ]
        return public({"supply": rows, "log_size": view.log_size})

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
        return public({"lines": rows, "balanced": not view.balance.differences(), "log_size": view.log_size})

    return routes


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
