"""The books as outsiders read them: the log itself, or journals for plain-text accounting programs.

The law of this room: pure text out of replayed records, line by line. Which records, from where, and whether they hold
is the business of whoever calls.
"""
