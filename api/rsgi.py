"""`api.rsgi:application`: what granian serves, Flask behind a front that never waits for slow senders."""

from __future__ import annotations

from api.front import Front
from api.wsgi import application as flask
from api.wsgi import house
from ledger.garbage import search_rarely

application = Front(house, flask)
search_rarely()
