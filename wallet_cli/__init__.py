"""The wallet: the holder's own machine, where keys live, orders are signed and receipts are checked.

It speaks to a ledger over HTTP only and never imports the store or the API. `screen` is the only room that
writes to the terminal, `locale` the only one that knows sentences, `files` the only one that touches private
files. Nothing heavy is imported before it is needed, so that `pochi` starts at once.
"""
