"""The connection to a Dask cluster, from the words of `--scheduler`."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import re
from typing import Any

from antorcha.errors import UserError

_PLACES = "say tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, or local:N for N graders on this machine"
_LOCAL = re.compile(r"local:([1-9]\d{0,3})")
_REMOTE = re.compile(r"(?:tcp|tls)://\S+:\d+")
_CONNECT_SECONDS = 10.0
# What Dask watches all the time, for a dashboard that nobody opens here: a tenth of a core, while graders work.
_UNWATCHED = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.worker.memory.monitor-interval": "5s",
    "distributed.scheduler.active-memory-manager.start": False,
}


class Connection:
    """A client of a scheduler, and with `local:N` the scheduler and its workers too."""

    def __init__(self, client: Any, cluster: Any = None) -> None:
        self.client = client
        self._cluster = cluster

    def close(self) -> None:
        """Hang up; end what was started here. Safe to call twice."""
        # A scheduler that is gone cannot be told of it.
        with contextlib.suppress(OSError, TimeoutError, RuntimeError):
            self.client.close(timeout=5)
        if self._cluster is not None:
            with contextlib.suppress(OSError, TimeoutError, RuntimeError):
                self._cluster.close(timeout=10)


def check_place(place: str) -> None:
    """Look at the words of `--scheduler`. Raises: `UserError` for those that are none, or where Dask is missing."""
    if not _LOCAL.fullmatch(place) and not _REMOTE.fullmatch(place):
        raise UserError(f"{place!r} is no scheduler", _PLACES)
    if importlib.util.find_spec("distributed") is None:
        raise UserError("Dask is not installed here", 'install it with: pip install "antorcha[cluster]"')


def connect(place: str) -> Connection:
    """Return a connection. Raises: `UserError` where nothing answers at that address."""
    import dask
    import distributed

    # Dask has no types for these.
    client: Any = distributed.Client
    local_cluster: Any = distributed.LocalCluster
    security: Any = distributed.Security
    # What matters of it is said in our own words. Dask gives each of its loggers a level of its own.
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    local = _LOCAL.fullmatch(place)
    if local:
        # In this very process, which has Dask imported already, and with no port that another user could speak to.
        with dask.config.set(_UNWATCHED):
            cluster = local_cluster(
                n_workers=1,  # its threads share one process that has collected the tests
                threads_per_worker=int(local[1]),
                processes=False,
                dashboard_address=None,
                silence_logs=logging.ERROR,
            )
        return Connection(client(cluster, set_as_default=False), cluster)
    if place.startswith("tls://"):
        _require_certificates(security())
    try:
        return Connection(client(place, timeout=_CONNECT_SECONDS, set_as_default=False))
    except Exception as error:  # Dask lets through whatever sockets, TLS and its own handshake raise
        reason = " ".join(f"{error}".split()) or type(error).__name__
        raise UserError(
            f"no Dask scheduler answers at {place} ({reason})",
            "see that it runs, that this machine may reach its port, and for tls:// that Dask's configuration names "
            "the certificates (docs/cluster.md)",
        ) from error


def _require_certificates(security: Any) -> None:
    """Look at what Dask's configuration says of certificates: a client without any would be half made, and hang."""
    hint = "name ca-file and the client's cert and key there (docs/cluster.md)"
    try:
        context = security.get_connection_args("client").get("ssl_context")
    except OSError as error:  # those of ssl are among these
        raise UserError(f"the certificates in Dask's configuration cannot be used ({error})", hint) from error
    if context is None:
        raise UserError("Dask's configuration names no certificates, and tls:// needs some", hint)
