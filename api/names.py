"""The names of the environment's variables by which the server tells its workers what they serve."""

from __future__ import annotations

PARENT_VARIABLE = "DAFTARI_API_PARENT"
"""The process id of the server; a worker ends with it."""

DATABASE_VARIABLE = "DAFTARI_DATABASE"
RUN_DIR_VARIABLE = "DAFTARI_RUN_DIR"
THREADS_VARIABLE = "DAFTARI_THREADS"
