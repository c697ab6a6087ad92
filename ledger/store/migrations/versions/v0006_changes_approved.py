"""Which order approved each change of a bill: until now a bill kept only the orders that asked."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from alembic import op
from sqlalchemy import Connection, column, select, table, update

from ledger.store.migrations import tables_0001

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    """Name each approval beside its change: found in the records themselves, and only if a bill was ever changed."""
    connection = op.get_bind()
    bills = table("bills", column("bill"), column("changes"))
    rows = connection.execute(select(bills.c.bill, bills.c.changes).where(bills.c.changes != "[]")).all()
    if not rows:
        return
    approvals = dict(_approvals(connection))
    for row in rows:
        pairs = [[change, approvals[row.bill, change]] for change in json.loads(row.changes)]
        text = json.dumps(pairs, separators=(",", ":"))
        connection.execute(update(bills).where(bills.c.bill == row.bill).values(changes=text))


def _approvals(connection: Connection) -> Iterator[tuple[tuple[str, str], str]]:
    """Bill and change -> the order that approved it, of every approval of a change that was accepted."""
    records = tables_0001.records
    query = select(records.c.record).order_by(records.c.sequence)
    with connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as found:
        for row in found:
            members = json.loads(bytes(row.record))
            if members["outcome"] != "accepted" or "order" not in members["cause"]:
                continue
            order = _payload(members["cause"]["order"])
            if order["order"] == "approve_bill" and "change" in order:
                yield (order["bill"], order["change"]), order["id"]


def _payload(compact: str) -> dict[str, str]:
    """What a compact JWS signs; that it was signed well, its record says."""
    part = compact.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # type: ignore[no-any-return]
