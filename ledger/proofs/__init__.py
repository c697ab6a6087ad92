"""What anyone can check without trusting us: the Merkle tree, its checkpoints, and receipts. Second floor.

The law of this room: everything here is a pure function of bytes that are handed in. Whoever holds a log
key's public half needs nothing else, no network and no database, to check a receipt or that history only
grew.
"""
