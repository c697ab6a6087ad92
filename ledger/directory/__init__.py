"""People's data apart from the log: what is kept, in which form, and how it is sealed so that it can be erased.

The law of this room: pure, and blind. A person's data are sealed with a key of that person's own, which is itself
wrapped by the directory's key: to erase a person is to destroy one short row. What is looked up is found by a keyed
hash. No record of the log is touched by any of it. Where it is stored, who may ask, and that looking is written down,
is the business of the floors above.
"""
