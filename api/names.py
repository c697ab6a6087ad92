"""Names that several rooms of the API use: paths, a folder, and the variables that tell workers what they serve."""

from __future__ import annotations

PARENT_VARIABLE = "DAFTARI_API_PARENT"
"""The process id of the server; a worker ends with it."""

RUN_DIR_VARIABLE = "DAFTARI_RUN_DIR"
THREADS_VARIABLE = "DAFTARI_THREADS"

UNCOUNTED = frozenset({"/healthz", "/readyz", "/v1/orders"})
"""Paths not bounded per address: who watches over us, and orders, which are bounded per key."""

PROXIES_VARIABLE = "DAFTARI_TRUSTED_PROXIES"
"""Addresses and networks, with commas between them."""

LIMITS_VARIABLE = "DAFTARI_LIMITS_TIMES"

DIRECTORY_KEY_VARIABLE = "DAFTARI_DIRECTORY_KEY"
"""The file of the directory's key, never the key."""

METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own: where each worker keeps its numbers."""

METRICS_FOLDER = "metrics"
"""Below the run folder."""
