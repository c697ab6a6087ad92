"""The tables.

Every primary key begins with the column by which its table could be spread over machines, and no unique constraint or
foreign key reaches across.
"""

from __future__ import annotations

from sqlalchemy import Column, Index

from ledger.store.beside_schema import (
    directory_entries,
    directory_hashes,
    directory_keys,
    directory_lookups,
    names,
    used_tokens,
    webhook_states,
    webhook_wishes,
    webhooks,
)
from ledger.store.columns import BYTES, INTEGER, TEXT
from ledger.store.columns import check as _check
from ledger.store.columns import count as _count
from ledger.store.columns import key as _key
from ledger.store.columns import may as _may
from ledger.store.columns import need as _need
from ledger.store.columns import table as _table

SCHEMA_VERSION = "0006"
"""The migration that these tables are the result of. A test holds it equal to the newest one."""

records = _table(
    "records",
    _key("sequence", INTEGER),
    _need("record", BYTES),
    _check("records_sequence", "sequence >= 0"),
    rowid=True,
)
"""The log: record `sequence` is leaf `sequence` of the tree, exactly these bytes."""

outcomes = _table(
    "outcomes",
    _key("order_id", TEXT),
    _need("sequence", INTEGER),
    _need("content", BYTES),
    _check("outcomes_sequence", "sequence > 0"),
    _check("outcomes_content", "length(content) = 32"),
)
"""One outcome per order id: where its record is and the SHA-256 of what was signed."""

checkpoints = _table("checkpoints", _key("size", INTEGER), _need("checkpoint", TEXT), rowid=True)
"""The signed checkpoint of each batch, by the size of the log that it signs."""

accounts = _table(
    "accounts",
    _key("address", TEXT),
    _need("party", TEXT),
    _need("account_class", TEXT),
    _need("currency", TEXT),
    _need("opened", INTEGER),
    _may("code", TEXT),
    _need("debits_posted", INTEGER),
    _need("credits_posted", INTEGER),
    _count("freezes"),
    _may("closed", INTEGER),
    _check("accounts_class", "account_class IN ('backing', 'distribution', 'wallet', 'collection')"),
    _check("accounts_counters", "debits_posted >= 0 AND credits_posted >= 0"),
    _check(
        "accounts_balance",
        "CASE account_class WHEN 'backing' THEN debits_posted >= credits_posted"
        " ELSE credits_posted >= debits_posted END",
    ),
    Index("accounts_by_party", "party"),
)
"""Accounts with two counters, in minor units, that only grow; their difference never goes below zero.

`freezes` says if `freezes` the table is worth asking; `closed` is the record that closed it.
"""

entries = _table(
    "entries",
    _key("address", TEXT),
    _key("sequence", INTEGER),
    _key("n", INTEGER),
    _need("side", TEXT),
    _need("amount", INTEGER),
    _need("balance_after", INTEGER),
    _need("counterparty", TEXT),
    _check("entries_side", "side IN ('debit', 'credit')"),
    _check("entries_amount", "amount > 0"),
    _check("entries_balance", "balance_after >= 0"),
)
"""Each account's side of each posting, in minor units."""

parties = _table(
    "parties",
    _key("party", TEXT),
    _need("roles", TEXT),
    _need("registered", INTEGER),
    _may("title_en", TEXT),
    _may("title_sw", TEXT),
    _need("services", TEXT),
    _need("full_keys", INTEGER),
    _check("parties_title", "(title_en IS NULL) = (title_sw IS NULL)"),
    _check("parties_full_keys", "full_keys >= 0"),
)
"""The register of parties. `roles`: words divided by spaces; `services`: compact JSON, `[[code, en, sw], ...]`."""

keys = _table(
    "keys",
    _key("kid", TEXT),
    _need("party", TEXT),
    _need("jwk", TEXT),
    _need("scopes", TEXT),
    _need("added", INTEGER),
    _may("revoked", INTEGER),
    _check("keys_revoked", "revoked IS NULL OR revoked > added"),
    Index("keys_by_party", "party"),
)
"""The public keys that speak for parties. `scopes`: words divided by spaces."""

bills = _table(
    "bills",
    _key("bill", TEXT),
    _need("party", TEXT),
    _need("bill_id", TEXT),
    _need("service", TEXT),
    _need("payee", TEXT),
    _need("currency", TEXT),
    _need("amount", INTEGER),
    _need("payable_until_us", INTEGER),
    _need("maker", TEXT),
    _need("raised", INTEGER),
    _may("checker", TEXT),
    _may("control_number", TEXT),
    _may("paid_by", TEXT),
    _count("refunded"),
    Column("option", TEXT, nullable=False, server_default="exact"),
    _may("minimum", INTEGER),
    _count("paid"),
    Column("items", TEXT, nullable=False, server_default="[]"),
    _count("reusable"),
    _may("reuses", TEXT),
    _may("approved", INTEGER),
    _may("cancelled", TEXT),
    _may("cancel_reason", TEXT),
    _may("pending", TEXT),
    _may("content", TEXT),
    Column("changes", TEXT, nullable=False, server_default="[]"),
    _check("bills_amount", "amount > 0"),
    _check("bills_approval", "(checker IS NULL) = (control_number IS NULL)"),
    _check("bills_checker", "checker <> maker"),
    _check("bills_payment", "paid_by IS NULL OR control_number IS NOT NULL"),
    Index("bills_by_party", "party", "raised"),
)
"""Bills: raised, then approved by another key, then paid; `paid` and `refunded` of it in minor units.

`items`: compact JSON, `[[code, amount, payee, paid], ...]`; `pending`: compact JSON, the change that waits for a yes.
"""

control_numbers = _table("control_numbers", _key("control_number", TEXT), _need("bill", TEXT))
"""Which bill a control number stands for; a later bill may get the number of one that is over."""

bill_payments = _table(
    "bill_payments",
    _key("bill", TEXT),
    _key("sequence", INTEGER),
    _need("order_id", TEXT),
    _need("amount", INTEGER),
    _need("parts", TEXT),
    _need("payer", TEXT),
    _may("channel", TEXT),
    _may("provider_receipt", TEXT),
    _may("customer", TEXT),
    _check("bill_payments_amount", "amount > 0"),
    Index("bill_payments_by_record", "sequence"),
)
"""Every payment of every bill, in minor units. `parts`: compact JSON, `[[code, payee, amount], ...]` per item."""

provider_receipts = _table(
    "provider_receipts", _key("party", TEXT), _key("receipt", TEXT), _need("order_id", TEXT)
)
"""Which order a payment provider's own number for a payment stands for."""

bulks = _table(
    "bulks",
    _key("bulk", TEXT),
    _need("party", TEXT),
    _need("checker", TEXT),
    _need("currency", TEXT),
    _need("total", INTEGER),
    _need("lines", INTEGER),
    _need("approved", INTEGER),
    _need("raised", INTEGER),
    _need("raised_total", INTEGER),
    _check("bulks_raised", "raised BETWEEN 0 AND lines"),
    _check("bulks_total", "raised_total BETWEEN 0 AND total"),
)
"""Approvals of many bills before they are raised, amounts in minor units."""

bulk_lines = _table("bulk_lines", _key("party", TEXT), _key("line", TEXT), _need("bulk", TEXT))
"""Which bulk approval holds the content hash of an order that raises a bill."""

bill_ids = _table("bill_ids", _key("party", TEXT), _key("bill_id", TEXT), _need("bill", TEXT))
"""Which bill an institution's own number stands for."""

refunds = _table(
    "refunds",
    _key("payment", TEXT),
    _key("payee", TEXT),
    _need("refunded", INTEGER),
    _check("refunds_refunded", "refunded >= 0"),
)
"""What each payee gave back of a payment in sum, in minor units; a reversed refund takes it down again."""

reversals = _table("reversals", _key("entry", TEXT), _need("reversal", TEXT))
"""Which order reversed the entry of which other one."""

freezes = _table(
    "freezes",
    _key("account", TEXT),
    _key("freeze_order", TEXT),
    _need("scope", TEXT),
    _need("reason", TEXT),
    _need("order_number", TEXT),
    _need("authority", TEXT),
    _may("frozen_until_us", INTEGER),
    _need("placed", INTEGER),
    _may("lifted", INTEGER),
    _check("freezes_scope", "scope IN ('debits', 'all')"),
    _check("freezes_lifted", "lifted IS NULL OR lifted > placed"),
)
"""Every freeze of every account, those that were lifted too."""

rules_adopted = _table(
    "rules_adopted",
    _key("sequence", INTEGER),
    _need("rules", INTEGER),
    _check("rules_adopted_later", "rules > 1"),
    rowid=True,
)
"""The record by which a version of the rules was adopted; before the first, what genesis says."""

log_keys = _table(
    "log_keys",
    _key("first_size", INTEGER),
    _need("jwk", TEXT),
    _need("order_id", TEXT),
    _need("endorsement", BYTES),
    _check("log_keys_first_size", "first_size > 1"),
    rowid=True,
)
"""The keys that orders brought for the log, by the first size of it that they sign; before them, that of genesis."""

attestations = _table(
    "attestations",
    _key("currency", TEXT),
    _key("sequence", INTEGER),
    _need("date", TEXT),
    _need("amount", INTEGER),
    _need("reference", TEXT),
    _need("party", TEXT),
    _check("attestations_amount", "amount >= 0"),
)
"""What auditors stated of settlement balances, in minor units."""

day_closes = _table("day_closes", _key("day", INTEGER), _need("sequence", INTEGER), rowid=True)
"""Which record closed a day in East Africa Time, in days since 1970-01-01."""

log_tiles = _table(
    "log_tiles",
    _key("level", INTEGER),
    _key("tile_index", INTEGER),
    _need("hashes", BYTES),
    _check("log_tiles_place", "level >= 0 AND tile_index >= 0"),
    _check("log_tiles_whole", "(length(hashes) & 31) = 0"),
    _check("log_tiles_width", "length(hashes) BETWEEN 32 AND 8192"),
)
"""The Merkle tree as C2SP tlog-tiles; only the right-most tile of a level may still grow."""

log_head = _table(
    "log_head",
    _key("id", INTEGER),
    _need("size", INTEGER),
    _need("root", BYTES),
    _need("term", INTEGER),
    _need("checkpoint", TEXT),
    _count("day_refused"),
    _count("notices_first"),
    _check("log_head_one_row", "id = 1"),
    _check("log_head_size", "size >= 0"),
    _check("log_head_root", "length(root) = 32"),
    rowid=True,
)
"""Where the log ends, the term of the lease under which it may be written, and how many records of the open day refuse.

`notices_first` is the first record whose notices lie in the outbox: 0, but where an earlier ledger was migrated.
"""

notices = _table(
    "notices",
    _key("party", TEXT),
    _key("sequence", INTEGER),
    _key("n", INTEGER),
    _need("kind", TEXT),
    _need("bill", TEXT),
    _need("payment", TEXT),
    _need("amount", INTEGER),
    _check(
        "notices_kind",
        "kind IN ('bill.paid', 'bill.refunded', 'bill.payment_reversed', 'bill.refund_reversed')",
    ),
    _check("notices_amount", "amount > 0"),
)
"""The outbox: whom a record must be told to, in minor units, written in the record's own database transaction."""

APPEND_ONLY = (
    records, outcomes, checkpoints, entries, bill_ids, reversals, rules_adopted, log_keys, attestations, day_closes,
    bill_payments, provider_receipts, bulk_lines, directory_lookups, notices,
)  # fmt: skip
"""Tables whose rows are never changed and never deleted."""

KEPT = (accounts, parties, keys, bills, control_numbers, bulks, refunds, freezes, log_tiles, log_head)
"""Tables whose rows change only as `guards` allows and are never deleted."""

ERASABLE = (
    names, used_tokens, directory_keys, directory_entries, directory_hashes, webhooks, webhook_states, webhook_wishes,
)  # fmt: skip
"""Tables beside the log."""
