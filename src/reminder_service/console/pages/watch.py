"""For programs that watch: ``/healthz`` and ``/metrics``."""

import hmac

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from ...config import is_loopback
from ...domain.health import ServiceHealth
from ...jobs.upkeep.health import health, health_json
from ...jobs.upkeep.metrics import metrics_text
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, client_address

router = APIRouter()
PAGE = Page(router=router, needs=None)


@router.get("/healthz")
def healthz(desk: DeskHere) -> JSONResponse:
    """Say when each account last worked; 503 when a folder has not been read well for longer than allowed.

    What servers said stays out: whoever may log in finds it under 系统.
    """
    found = _health(desk)
    told = health_json(found, desk.zone)
    for way in (*told["reading"], *told["sending"]):
        del way["error"]
    oldest = desk.now - desk.office.configuration.service.stale_after
    blind = any(way.good_at is None or way.good_at < oldest for way in found.reading)
    return JSONResponse(told, 503 if blind else 200)


@router.get("/metrics")
def metrics(request: Request, desk: DeskHere) -> Response:
    """Give numbers to Prometheus, on this machine or with the token of ``console.metrics_token_file``."""
    if not _may_watch(request, desk):
        raise HTTPException(403, "须从本机访问，或提供 console.metrics_token_file 中的令牌。")
    situations = [desk.here(campaign) for campaign in desk.office.campaigns.values()]
    text = metrics_text(desk.store, _health(desk), situations)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _health(desk: Desk) -> ServiceHealth:
    service = desk.office.configuration.service
    return health(desk.store, service.folders, service.stale_after, now=desk.now)


def _may_watch(request: Request, desk: Desk) -> bool:
    settings = desk.office.configuration.service.console
    # Behind a proxy everybody may seem to be on this machine.
    if not settings.proxies and is_loopback(client_address(request)):
        return True
    try:
        kept = settings.metrics_token_file and settings.metrics_token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        kept = None
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    return bool(kept) and hmac.compare_digest(sent.encode(), (kept or "").encode())
