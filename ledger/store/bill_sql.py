"""The SQL of bills: like `ledger.store.sql`, each statement by hand for each engine."""

from __future__ import annotations

from ledger.store.sql import LookUp, Write

BILLS = LookUp(
    "SELECT b.bill, b.party, b.bill_id, b.service, b.payee, b.currency, b.amount, b.payable_until_us, b.maker, "
    "b.raised, b.checker, b.control_number, b.paid_by, b.refunded, b.option, b.minimum, b.paid, b.items, "
    "b.reusable, b.reuses, b.approved, b.cancelled, b.cancel_reason, b.pending, b.content, b.changes "
    "FROM json_each(?) AS j JOIN bills AS b ON b.bill = j.value",
    "SELECT bill, party, bill_id, service, payee, currency, amount, payable_until_us, maker, raised, checker, "
    "control_number, paid_by, refunded, option, minimum, paid, items, reusable, reuses, approved, cancelled, "
    "cancel_reason, pending, content, changes FROM bills WHERE bill = ANY(%s)",
)
CONTROL_NUMBERS = LookUp(
    "SELECT c.control_number, c.bill FROM json_each(?) AS j JOIN control_numbers AS c ON c.control_number = j.value",
    "SELECT control_number, bill FROM control_numbers WHERE control_number = ANY(%s)",
)
BILL_IDS = LookUp(
    "SELECT b.party, b.bill_id, b.bill FROM json_each(?) AS j"
    " JOIN bill_ids AS b ON b.party = j.value ->> 0 AND b.bill_id = j.value ->> 1",
    "SELECT b.party, b.bill_id, b.bill FROM unnest(%s::text[], %s::text[]) AS j(party, bill_id)"
    " JOIN bill_ids AS b ON b.party = j.party AND b.bill_id = j.bill_id",
)
PROVIDER_RECEIPTS = LookUp(
    "SELECT p.party, p.receipt, p.order_id FROM json_each(?) AS j"
    " JOIN provider_receipts AS p ON p.party = j.value ->> 0 AND p.receipt = j.value ->> 1",
    "SELECT p.party, p.receipt, p.order_id FROM unnest(%s::text[], %s::text[]) AS j(party, receipt)"
    " JOIN provider_receipts AS p ON p.party = j.party AND p.receipt = j.receipt",
)
BULK_LINES = LookUp(
    "SELECT b.party, b.line, b.bulk FROM json_each(?) AS j"
    " JOIN bulk_lines AS b ON b.party = j.value ->> 0 AND b.line = j.value ->> 1",
    "SELECT b.party, b.line, b.bulk FROM unnest(%s::text[], %s::text[]) AS j(party, line)"
    " JOIN bulk_lines AS b ON b.party = j.party AND b.line = j.line",
)
BULKS = LookUp(
    "SELECT b.bulk, b.party, b.checker, b.currency, b.total, b.lines, b.approved, b.raised, b.raised_total"
    " FROM json_each(?) AS j JOIN bulks AS b ON b.bulk = j.value",
    "SELECT bulk, party, checker, currency, total, lines, approved, raised, raised_total"
    " FROM bulks WHERE bulk = ANY(%s)",
)

INSERT_BILLS = Write(
    "ttttttiititttitiititittttt",
    "INSERT INTO bills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO bills SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], "
    "%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bigint[], "
    "%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])",
)
CHANGE_BILLS = Write(
    "iitttiiititttttt",
    "UPDATE bills SET amount = ?, payable_until_us = ?, checker = ?, control_number = ?, paid_by = ?, refunded = "
    "?, minimum = ?, paid = ?, items = ?, approved = ?, cancelled = ?, cancel_reason = ?, pending = ?, content = ?, "
    "changes = ? WHERE bill = ?",
    "UPDATE bills AS b SET amount = j.amount, payable_until_us = j.payable_until_us, checker = j.checker, "
    "control_number = j.control_number, paid_by = j.paid_by, refunded = j.refunded, minimum = j.minimum, paid = "
    "j.paid, items = j.items, approved = j.approved, cancelled = j.cancelled, cancel_reason = j.cancel_reason, "
    "pending = j.pending, content = j.content, changes = j.changes "
    "FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], "
    "%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], "
    "%s::text[], %s::text[], %s::text[], %s::text[]) AS j(amount, payable_until_us, checker, control_number, paid_by, "
    "refunded, minimum, paid, items, approved, cancelled, cancel_reason, pending, content, "
    "changes, bill) WHERE b.bill = "
    "j.bill",
)
CHANGE_CONTROL_NUMBERS = Write(
    "tt",
    "UPDATE control_numbers SET bill = ?2 WHERE control_number = ?1",
    "UPDATE control_numbers AS c SET bill = j.bill FROM unnest(%s::text[], %s::text[]) AS j(control_number, bill)"
    " WHERE c.control_number = j.control_number",
)
INSERT_CONTROL_NUMBERS = Write(
    "tt",
    "INSERT INTO control_numbers SELECT ?1, ?2"
    " WHERE NOT EXISTS (SELECT 1 FROM control_numbers WHERE control_number = ?1)",
    "INSERT INTO control_numbers SELECT * FROM unnest(%s::text[], %s::text[]) AS j(control_number, bill)"
    " WHERE NOT EXISTS (SELECT 1 FROM control_numbers AS c WHERE c.control_number = j.control_number)",
)
INSERT_BILL_IDS = Write(
    "ttt",
    "INSERT INTO bill_ids VALUES (?, ?, ?)",
    "INSERT INTO bill_ids SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])",
)
INSERT_BILL_PAYMENTS = Write(
    "titittttt",
    "INSERT INTO bill_payments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO bill_payments SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::text[],"
    " %s::text[], %s::text[], %s::text[], %s::text[])",
)
INSERT_PROVIDER_RECEIPTS = Write(
    "ttt",
    "INSERT INTO provider_receipts VALUES (?, ?, ?)",
    "INSERT INTO provider_receipts SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])",
)
INSERT_BULKS = Write(
    "ttttiiiii",
    "INSERT INTO bulks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO bulks SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],"
    " %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])",
)
CHANGE_BULKS = Write(
    "iit",
    "UPDATE bulks SET raised = ?, raised_total = ? WHERE bulk = ?",
    "UPDATE bulks AS b SET raised = j.raised, raised_total = j.raised_total"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS j(raised, raised_total, bulk) WHERE b.bulk = j.bulk",
)
INSERT_BULK_LINES = Write(
    "ttt",
    "INSERT INTO bulk_lines VALUES (?, ?, ?)",
    "INSERT INTO bulk_lines SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])",
)
