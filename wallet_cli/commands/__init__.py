"""The commands of `pochi`, one module per word that people type. Each is imported when it is typed, and not before.

A command asks, shows and decides nothing about money itself: it gathers what the person wants, shows it, takes consent,
and hands over to `sending`, `receipts` or `opening`.
"""
