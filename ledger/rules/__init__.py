"""The rules: what the ledger does about an order, decided from what it knows and what time it is.

The law of this room: pure. `decide(order, state, now)` reads, and answers with a `Decision` or a `Refusal`; `apply`
carries a decision out on a state in memory. Who loads the state and who stores the outcome is the business of the top
floor. The audit replays every record through these same functions.
"""
