"""Deliberate defects: small wrong changes of the kind that slip in, each with the tests that must catch it.

A defect replaces one piece of text, which must stand in its file exactly once, by another. A new one joins by one row.
`make defects` applies each to a copy of the project and runs only the tests that are named for it.
"""

from __future__ import annotations

from dataclasses import dataclass

BOOKKEEPER = "tests/integration/test_bookkeeper.py::"
EDGES = "tests/ledger/rules/test_edges.py::"
DIRECTORY = "tests/integration/test_directory.py::"
LEASE = "tests/integration/test_store_lease.py::"
BILLS = "tests/api/test_bills_in_full.py::"
CLOCK = "tests/api/test_sandbox_clock.py::"
CLOSED = "tests/api/test_closed.py::"
TRUSTING = "tests/journeys/test_trusting.py::"
DEFENDED = "tests/ledger/rules/test_defended.py::"
SIMULATOR = "tests/simulator/test_simulator.py::test_every_promise_holds"


@dataclass(frozen=True)
class Defect:
    """A wrong change: in `file`, `right` becomes `wrong`. At least one of `tests` must fail then."""

    name: str
    what: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]
    quick: bool = False
    """Whether `make test` also shows that it is caught, because that takes a second or two."""


DEFECTS = (
    Defect(
        "expiry-a-moment-late",
        "an order is still good at the very instant of its expiry",
        "ledger/rules/decide.py",
        "    if now_us >= order.order.expires_us:",
        "    if now_us > order.order.expires_us:",
        (EDGES + "test_an_order_is_void_at_the_very_instant_of_its_expiry",),
        quick=True,
    ),
    Defect(
        "credit-not-saved",
        "the account that a posting credits is not among those that are written",
        "ledger/touched.py",
        "touched.moved.update((posting.debit, posting.credit))",
        "touched.moved.update((posting.debit,))",
        (SIMULATOR + "[1]",),
    ),
    Defect(
        "leaf-misses-a-byte",
        "the leaf hash leaves the last byte of the record out",
        "ledger/proofs/merkle.py",
        "return hashlib.sha256(_LEAF + record).digest()",
        "return hashlib.sha256(_LEAF + record[:-1]).digest()",
        ("tests/ledger/proofs/test_known_trees.py",),
        quick=True,
    ),
    Defect(
        "conflict-not-checked",
        "another order under a used id gets the outcome of the first",
        "ledger/bookkeeper.py",
        "    if content != order.content:\n        return fault_answer(LedgerFault(Fault.ID_IN_USE))\n",
        "",
        (BOOKKEEPER + "test_another_content_under_the_same_id_is_a_conflict",),
    ),
    Defect(
        "answered-although-not-committed",
        "a COMMIT that fails is passed over, and the answers leave",
        "ledger/bookkeeper.py",
        "        rows.save(self._connection, saved)\n        self._connection.commit()\n",
        "        with suppress(Exception):\n            rows.save(self._connection, saved)\n"
        "            self._connection.commit()\n",
        (BOOKKEEPER + "test_a_failed_write_ends_the_memory", SIMULATOR + "[1]"),
    ),
    Defect(
        "payees-counter-not-checked",
        "what a payee received may grow beyond 64 bits",
        "ledger/rules/payments.py",
        "    for address, amount in received.items():\n"
        "        if counter_full(present(state.accounts, address).credits_posted, amount):\n"
        "            return Refusal(Reason.COUNTER_FULL)\n",
        "",
        (EDGES + "test_a_counter_at_the_edge_of_64_bits_refuses",),
    ),
    Defect(
        "maker-may-check",
        "a bill may be approved by the key that raised it",
        "ledger/rules/approvals.py",
        "    return Refusal(Reason.APPROVER_IS_MAKER) if acting.kid in makers else None\n",
        "    return None\n",
        (DEFENDED + "test_the_key_that_raised_a_bill_does_not_approve_it",),
    ),
    Defect(
        "retry-decided-again",
        "an order that has an outcome is decided a second time",
        "ledger/bookkeeper.py",
        "        if recalled is not None:\n",
        "        if recalled is not None and not recalled:\n",
        (BOOKKEEPER + "test_one_outcome_per_id_in_a_batch_and_across_batches_and_restarts",),
    ),
    Defect(
        "term-not-compared",
        "a writer that lost its lease still gets past the fence",
        "ledger/store/lease.py",
        '.where(log_head.c.size == bindparam("old"), log_head.c.term == bindparam("mine"))',
        '.where(log_head.c.size == bindparam("old"))',
        (LEASE + "test_a_deposed_writer_cannot_begin_a_batch",),
    ),
    Defect(
        "revoked-key-acts",
        "a key goes on signing after it was revoked",
        "ledger/rules/decide.py",
        "    if key is not None and key.revoked is not None:\n        return Refusal(Reason.KEY_REVOKED)\n",
        "",
        (DEFENDED + "test_a_revoked_key_acts_no_more",),
    ),
    Defect(
        "amount-rounded",
        "an amount with too many decimals is cut instead of refused",
        "ledger/money.py",
        "        if len(fraction) > self.decimals:\n"
        '            raise LedgerFault(Fault.MALFORMED, what="amount_decimals")\n',
        "        fraction = fraction[: self.decimals]\n",
        ("tests/property/test_ground_floor.py::test_money_is_read_strictly",
         "tests/property/test_ground_floor.py::test_money_refuses"),
        quick=True,
    ),
    Defect(
        "funds-not-checked-in-sum",
        "each leg alone is held against the payer's balance, and not their sum",
        "ledger/rules/payments.py",
        "    if payer.balance < total:",
        "    if payer.balance < max(received.values()):",
        (DEFENDED + "test_the_legs_of_a_payment_are_held_against_the_money_in_sum",),
    ),
    Defect(
        "erased-but-the-key-stays",
        "to erase a person takes the sealed rows away and leaves the key that opens every copy of them",
        "ledger/store/directory.py",
        "    for table in (directory_keys, directory_hashes, directory_entries, names):",
        "    for table in (directory_hashes, directory_entries, names):",
        (DIRECTORY + "test_an_erased_person_is_opened_by_nobody",),
    ),
    Defect(
        "deleted-and-left-on-the-disk",
        "SQLite keeps the bytes of what was deleted in pages that nobody uses",
        "ledger/store/directory.py",
        "PRAGMA secure_delete = ON",
        "PRAGMA secure_delete = OFF",  # many builds have it on by default
        (DIRECTORY + "test_an_erased_person_is_opened_by_nobody",
         DIRECTORY + "test_plain_names_of_an_earlier_version_are_sealed_when_the_ledger_is_opened"),
    ),
    Defect(
        "look-up-without-a-trace",
        "an official looks somebody up and nothing is written down",
        "ledger/directory_desk.py",
        "        rows.record_lookup(connection, lookup)\n",
        "",
        (DIRECTORY + "test_look_ups_are_written_down_with_whom_they_found",),
    ),
    Defect(
        "anothers-telephone-number",
        "who comes second takes a telephone number over, and is paid by it",
        "ledger/directory_desk.py",
        "            if found is not None and found.party != wish.party:\n",
        "            if found is not None and found.party != wish.party and not found.account:\n",
        (DIRECTORY + "test_a_value_belongs_to_one_person_at_a_time",),
    ),
    Defect(
        "any-country",
        "a telephone number of another country is taken for one of ours",
        "ledger/formats/phone.py",
        "    if not digits.startswith(COUNTRY):\n",
        "    if len(digits) < len(COUNTRY):\n",
        ("tests/ledger/formats/test_formats.py::test_each_slip_has_its_name",),
        quick=True,
    ),
    Defect(
        "refund-told-to-nobody",
        "a refund of a bill's payment makes no notice",
        "ledger/rules/notices.py",
        "        return None if about.bill is None else (NoticeKind.BILL_REFUNDED, about.bill, about.order_id)",
        "        return None",
        ("tests/integration/test_outbox.py::test_every_way_of_the_money_is_told_once",),
    ),
    Defect(
        "notice-overtakes",
        "after a notice that was not taken the later ones are sent all the same",
        "ledger/notifying.py",
        "                elif not self._note(webhook, lane, parcel, delivered):\n                    break\n",
        "                else:\n                    self._note(webhook, lane, parcel, delivered)\n",
        ("tests/integration/test_notifying.py::test_notices_arrive_in_order_signed_and_at_least_once",),
    ),
    Defect(
        "receiver-within",
        "the addresses behind a receiver's name are not looked at",
        "ledger/receivers.py",
        "        if address is None or not may_call(address, sandbox=sandbox):",
        "        if address is None:",
        ("tests/ledger/test_receivers.py",),
    ),
    Defect(
        "over-collected",
        "an instalment may be more than what is outstanding",
        "ledger/rules/bills.py",
        "    return Refusal(Reason.AMOUNT_TOO_MUCH, details) if amount > bill.outstanding else None\n",
        "    return None\n",
        (BILLS + "test_instalments_down_to_the_last",),
    ),
    Defect(
        "just-under-the-minimum",
        "an instalment of one cent less than the minimum is taken",
        "ledger/rules/bills.py",
        "    if amount < bill.least:\n",
        "    if amount < bill.least - 1:\n",
        (BILLS + "test_instalments_down_to_the_last",),
    ),
    Defect(
        "items-need-not-sum",
        "a bill whose items come to another amount is taken",
        "ledger/orders/bill_forms.py",
        "    if total > MINOR_UNITS_MAX or (amount is not None and total != amount):\n",
        "    if total > MINOR_UNITS_MAX:\n",
        (BILLS + "test_a_bill_that_contradicts_itself_is_not_taken",),
    ),
    Defect(
        "a-cent-lost-in-the-split",
        "what rounding leaves over reaches nobody",
        "ledger/books/bills.py",
        "            shares[place] += more\n",
        "            shares[place] += 0\n",
        (BILLS + "test_a_split_bill_pays_each_institution_its_part",),
    ),
    Defect(
        "receipt-used-twice",
        "a provider pays twice with one receipt",
        "ledger/rules/bills.py",
        '        return Refusal(Reason.PROVIDER_RECEIPT_IN_USE, {"order": used})\n',
        "        pass\n",
        (BILLS + "test_a_provider_pays_for_a_customer_once",),
    ),
    Defect(
        "bulk-total-unchecked",
        "bills are raised in bulk beyond the total that was approved",
        "ledger/rules/bills.py",
        "    if bulk is not None and not bulk.fits(body.currency, body.amount_minor_units):\n",
        "    if bulk is not None and bulk.currency != body.currency:\n",
        (BILLS + "test_a_bulk_approval_lets_its_lines_and_no_others_through",),
    ),
    Defect(
        "an-open-bills-number-lent",
        "a later bill gets the number of one that can still be paid",
        "ledger/rules/bills.py",
        "    if earlier.status(acting.now_us) in {BillStatus.OPEN, BillStatus.PART_PAID}:\n",
        "    if earlier.status(acting.now_us) in {BillStatus.PART_PAID}:\n",
        (BILLS + "test_a_cancelled_bill_takes_no_payment_and_lends_its_number",),
    ),
    Defect(
        "refund-not-counted-on-the-bill",
        "what was refunded of a bill in instalments is not outstanding again",
        "ledger/books/bills.py",
        "        return self.amount_minor_units - self.collected\n\n    @property\n",
        "        return self.amount_minor_units - self.paid\n\n    @property\n",
        (BILLS + "test_what_is_refunded_of_a_partial_bill_is_outstanding_again",),
    ),
    Defect(
        "reversed-refund-over-collects",
        "the refund of a bill that was paid again since is reversed",
        "ledger/rules/corrections.py",
        "    if _overpays(entry, state):\n",
        "    if False:\n",
        (BILLS + "test_a_refund_of_a_bill_that_was_paid_again_is_not_reversed",),
    ),
    Defect(
        "billing-for-another",
        "an institution raises a bill that is all another one's",
        "ledger/rules/bills.py",
        "    if own is None or own.party != acting.party_id or acting.party_id not in collects:\n",
        "    if own is None or own.party != acting.party_id:\n",
        (BILLS + "test_nobody_bills_for_another_institution",),
    ),
    Defect(
        "any-yes-will-do",
        "the wallet takes an approval of something else for the approval of a change",
        "wallet_cli/bills.py",
        "approval.kid == change.kid or approval.order.body != yes:",
        "approval.kid == change.kid:",
        (TRUSTING + "test_a_change_that_nobody_approved_is_not_paid",),
    ),
    Defect(
        "own-yes-will-do",
        "the wallet takes a maker's own yes for the approval of a change",
        "wallet_cli/bills.py",
        "    if approval.kid == change.kid or approval.order.body != yes:",
        "    if approval.kid != change.kid and approval.order.body != yes:",
        (TRUSTING + "test_a_change_that_nobody_approved_is_not_paid",),
    ),
    Defect(
        "a-day-for-everybody",
        "a token that reads is good for a day where money is money",
        "api/callers.py",
        "if names == _READING and house.genesis.sandbox else",
        "if names == _READING else",
        (CLOSED + "test_a_token_of_a_day_is_a_sandboxs",),
    ),
    Defect(
        "clock-of-real-money",
        "a ledger of real money takes the time that a file says",
        "ledger/sandbox_clock.py",
        "same = genesis.sandbox and found[_BYTES:] == mark",
        "same = found[_BYTES:] == mark",
        (CLOCK + "test_the_clock_of_real_money_does_not_move",),
        quick=True,
    ),
    Defect(
        "anybodys-clock",
        "whoever has a key lets time pass in a sandbox",
        "api/routes/sandbox.py",
        "if caller.party.party not in {party.party for party in house.genesis.parties}:",
        "if not caller.party.party:",
        (CLOCK + "test_who_may_let_time_pass_and_how_far",),
    ),
    Defect(
        "token-moves-twice",
        "the token that lets time pass is good as often as it is sent",
        "ledger/beside.py",
        "        self._bookkeeper.beside(lambda connection: self._use_token(connection, wish))\n",
        "",
        (CLOCK + "test_who_may_let_time_pass_and_how_far",),
    ),
    Defect(
        "not-a-number",
        "a payload may say NaN",
        "ledger/strict_json.py",
        "    parse_constant=_refuse_number,\n",
        "",
        ("tests/ledger/test_strict_json.py::test_refused",),
        quick=True,
    ),
    Defect(
        "member-twice",
        "of a member that stands twice the last one counts",
        "ledger/strict_json.py",
        "    if len(unique) != len(members):",
        "    if len(unique) > len(members):",
        ("tests/ledger/test_strict_json.py::test_refused",),
        quick=True,
    ),
    Defect(
        "supply-to-the-cent",
        "not quite as much may be issued as the bound says",
        "ledger/rules/payments.py",
        "    if backing.balance + amount > supply_max:",
        "    if backing.balance + amount >= supply_max:",
        (EDGES + "test_supply_max_is_exact",),
        quick=True,
    ),
    Defect(
        "records-for-everybody",
        "every key reads whole records",
        "api/callers.py",
        "    if not caller.oversees:",
        "    if caller.party is None:",
        ("tests/api/test_who_may.py::test_who_may_open_what",),
    ),
    Defect(
        "a-receipt-sent-twice",
        "an order that is sent again after its answer was lost is answered late or lost again",
        "api/front.py",
        "first = self._house.genesis.sandbox and answered.status == HTTPStatus.CREATED",
        "first = self._house.genesis.sandbox",
        (CLOCK + "test_a_late_answer_and_a_lost_one",),
    ),
)  # fmt: skip
