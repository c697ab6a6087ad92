"""How anything is signed: keys, base64url and compact JWS. First floor.

The law of this room: it knows no money, no ledger and no clock. It signs and checks bytes whose meaning is
somebody else's, and it never lets a message choose the algorithm or the key by which it is checked.
"""
