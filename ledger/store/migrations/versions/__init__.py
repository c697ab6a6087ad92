"""One file per version of the tables, oldest first. There is no way back: a ledger is restored, not downgraded."""
