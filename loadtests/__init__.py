"""Load tests: real orders against a served ledger, then the question whether the money is still right.

The law of this folder: it knows the ledger by HTTP, and checks it by what it signed itself and by proofs. Workload and
auditor are two programs: one makes traffic, the other knows what must be true. A fast run with one lost cent failed.
"""
