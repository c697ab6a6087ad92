"""HTTP in, HTTP out: parse, verify, forward, render.

The law of this room: it holds no state and decides nothing. Whether an order may act is the sequencer's question;
what a caller may see is answered in `callers`, what a fault looks like in `problems`, each in that one place.
"""
