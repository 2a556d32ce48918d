"""For programs that watch: ``/healthz``."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ...jobs.health import health, health_json
from ..page import Page
from ..requests import DeskHere

router = APIRouter()
PAGE = Page(router=router, needs=None)


@router.get("/healthz")
def healthz(desk: DeskHere) -> JSONResponse:
    """Say when each account last worked; 503 when a folder has not been read well for longer than allowed.

    What servers said stays out: whoever may log in finds it under 系统.
    """
    service = desk.office.configuration.service
    found = health(desk.store, service.folders, service.stale_after, now=desk.now)
    told = health_json(found, desk.zone)
    for way in (*told["reading"], *told["sending"]):
        del way["error"]
    oldest = desk.now - service.stale_after
    blind = any(way.good_at is None or way.good_at < oldest for way in found.reading)
    return JSONResponse(told, 503 if blind else 200)
