"""What the ledger is, what circulates, and its books."""

from __future__ import annotations

from flask import Blueprint, Response

from api import callers, queries
from api.house import House
from api.routes.accounts import answer, title_members
from ledger.books.parties import Role
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text


def blueprint(house: House) -> Blueprint:
    """`/v1/ledger`, `/v1/supply`, `/v1/trial-balance`."""
    routes = Blueprint("ledger", __name__)

    @routes.get("/v1/ledger")
    def get_ledger() -> Response:
        queries.read_query(queries.QUERY)
        genesis, head, config = house.enquiries.genesis(), house.enquiries.head(), house.config
        members: dict[str, object] = {
            "ledger": genesis.ledger_id,
            "name": genesis.name,
            "sandbox": genesis.sandbox,
            "prefix": genesis.prefix,
            "currencies": [{"code": row.code, "decimals": row.decimals} for row in genesis.currencies.values()],
            "genesis_record": genesis.record.decode("ascii"),
            "log_keys": [{"key": genesis.log_key.jwk(), "from": 0, "to": None}],
            "log_size": head.size,
            "checkpoint": head.checkpoint,
            "limits": {
                "body_bytes_max": config.body_bytes_max,
                "bulk_orders_max": config.bulk_orders_max,
                "holders_max": genesis.holders_max,
            },
            "institutions": [
                {"party": party.party, "title": title_members(party.title)}
                for party in house.enquiries.institutions()
                if party.title is not None
            ],
            "time": instant_text(house.clock.wall_us()),
        }
        return _public(members)

    @routes.get("/v1/supply")
    def get_supply() -> Response:
        queries.read_query(queries.QUERY)
        genesis, view = house.enquiries.genesis(), house.enquiries.supply()
        rows = [
            {
                "currency": row.currency,
                "issued": genesis.currencies[row.currency].text(row.issued),
                "redeemed": genesis.currencies[row.currency].text(row.redeemed),
                "outstanding": genesis.currencies[row.currency].text(row.outstanding),
                "supply_max": genesis.currencies[row.currency].text(row.supply_max),
            }
            for row in view.rows
        ]
        return _public({"supply": rows, "log_size": view.log_size})

    @routes.get("/v1/trial-balance")
    def get_trial_balance() -> Response:
        queries.read_query(queries.QUERY)
        genesis = house.enquiries.genesis()
        if not genesis.sandbox:
            caller = callers.reader(house)
            if not caller.oversees and Role.ISSUER not in caller.party.roles:
                raise LedgerFault(Fault.NOT_FOUND)
        view = house.enquiries.trial_balance()
        rows = [
            {
                "currency": line.currency,
                "class": line.account_class.value,
                "normal_side": line.account_class.normal_side.value,
                "accounts": line.accounts,
                "debits": genesis.currencies[line.currency].text(line.debits_posted),
                "credits": genesis.currencies[line.currency].text(line.credits_posted),
                "balance": genesis.currencies[line.currency].text(line.balance),
            }
            for line in view.balance.lines
        ]
        return _public({"lines": rows, "balanced": not view.balance.differences(), "log_size": view.log_size})

    return routes


def _public(members: dict[str, object]) -> Response:
    response = answer(members)
    response.headers["Cache-Control"] = "no-cache"
    return response
