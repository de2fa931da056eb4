"""What those who run a server ask it.

GET /healthz   200 {"ready": true}; 503 {"ready": false, "trouble": KIND} where the store does not answer or runs that
               should train do not
GET /metrics   for Prometheus: runs by state, runs that wait in line, slices and their seconds
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live.lab import lab, standstill
from genlab.runs.trouble import StoreTrouble


def get_health(request: Request) -> Response:
    """Whether this server can serve and train."""
    try:
        lab().store.states()
        trouble = standstill()
    except StoreTrouble as error:
        trouble = error.kind
    said = {"ready": True} if trouble is None else {"ready": False, "trouble": trouble}
    return JSONResponse(said, status_code=200 if trouble is None else 503, headers={"Cache-Control": "no-store"})


class Lab(Collector):
    """The lab's numbers at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """The families of metrics, in Prometheus' words."""
        ours = lab()
        runs = GaugeMetricFamily("genlab_runs", "Runs in the store", labels=["state"])
        for state, count in ours.store.states().items():
            runs.add_metric([state], count)
        yield runs
        turns, places = ours.scheduler.turns, ours.scheduler.places
        yield GaugeMetricFamily("genlab_runs_waiting", "Runs that wait in line to train", value=len(places))
        yield SummaryMetricFamily(
            "genlab_slice_seconds", "Seconds of a worker a turn", count_value=turns.slices, sum_value=turns.seconds
        )


# Made without describing: that would open the store when the server starts.
REGISTRY = CollectorRegistry(auto_describe=False)
REGISTRY.register(Lab())


def get_metrics(request: Request) -> Response:
    """The numbers as Prometheus' text."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_PLAIN_0_0_4)


ROUTES = [Route("/healthz", get_health), Route("/metrics", get_metrics)]
