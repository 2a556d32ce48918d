"""The stream by which open pages learn that something changed."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ..page import Page
from ..requests import parts_of

router = APIRouter()
PAGE = Page(router=router)


@router.get("/events")
async def events(request: Request) -> StreamingResponse:
    """Stream ``change`` events."""
    headers = {"X-Accel-Buffering": "no"}  # a proxy must not keep events back
    return StreamingResponse(parts_of(request).live.stream(), media_type="text/event-stream", headers=headers)
