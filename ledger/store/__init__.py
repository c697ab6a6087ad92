"""The store: the only SQL of the house, one file per noun, the same tables on SQLite and PostgreSQL.

The law of this room: it keeps rows and decides nothing. One connection writes (`engine.connect_writer`), under a lease
with a fence (`lease`); everybody else reads one state at a time (`engine.reading_engine`). The records are the truth;
every other table can be computed from them again, except people's data, which lie beside the log to be erasable.
"""
