"""Daftari, the ledger: signed orders in, double entry and proofs out.

The house, from the ground up (a room uses only the rooms below it; `tests/architecture` holds it to that):

    ground    faults, refusals, money, addresses, instants, strict_json, words
    first     signing (knows no money) and books (knows no signatures): two rooms that do not know each other
    second    orders (what may be asked) and proofs (what anyone can check)
    third     rules: pure decisions, and the replay that audits them
    fourth    store: the only SQL
    top       bookkeeper, sequencer, enquiries: the only modules that wait

A payment walks up once and down once and changes type as it goes:
`Payment -> bytes -> SignedOrder -> VerifiedOrder -> Decision -> Record -> Receipt`.
"""

__version__ = "0.1.0"
