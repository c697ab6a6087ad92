"""Orders: what may be asked of the ledger, the one byte form of each order, and its signature.

The law of this room: bytes become an `Order` only by `codec.read_order`, a `SignedOrder` only by `signed.open_order`, a
`VerifiedOrder` only by `signed.verify_order`. Nothing is ever serialised again to be verified.
"""
