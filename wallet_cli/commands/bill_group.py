"""`pochi bill`: the group, put together from its two modules."""

from __future__ import annotations

from wallet_cli.commands.bill import cancel, change, create, list_, show
from wallet_cli.commands.bill_watch import watch
from wallet_cli.running import group

bill = group("bill", create, list_, show, watch, change, cancel)
