"""Counters of the API, by hand: what one request costs here is a few microseconds.

prometheus_client decides when it is imported, by PROMETHEUS_MULTIPROC_DIR, whether the numbers of several processes go
to files that `api.metrics_port` sums up. The server sets it before its workers import anything.
"""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Histogram

_REQUESTS = Counter(
    "daftari_requests",
    "Requests by route, method and status.",
    ("route", "method", "status"),
)
_SECONDS = Histogram(
    "daftari_request_seconds",
    "Seconds from the first header to the answer, by route.",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_SERIES_REMEMBERED_MAX = 4_096


def observe(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one request. `route` is a rule of ours (never what a stranger typed), so that series stay few."""
    requests, times = _series(route, method if method in _METHODS else "other", status)
    requests.inc()
    times.observe(seconds)


@lru_cache(maxsize=_SERIES_REMEMBERED_MAX)
def _series(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(route, method, str(status)), _SECONDS.labels(route)
