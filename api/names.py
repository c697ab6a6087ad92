"""The names by which the server tells its workers what they serve: variables of the environment, a folder."""

from __future__ import annotations

PARENT_VARIABLE = "DAFTARI_API_PARENT"
"""The process id of the server; a worker ends with it."""

RUN_DIR_VARIABLE = "DAFTARI_RUN_DIR"
THREADS_VARIABLE = "DAFTARI_THREADS"

METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own: where each worker keeps its numbers."""

METRICS_FOLDER = "metrics"
"""Below the run folder."""
