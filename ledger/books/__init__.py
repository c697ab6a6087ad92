"""Double entry and the register: accounts, postings, parties, keys, bills.

The law of this room: plain immutable data and what follows from it by arithmetic. No signatures, no clock, no database,
and no decisions: whether something may happen is asked one floor up, in `ledger.rules`.
"""
