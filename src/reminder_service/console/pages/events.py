"""The stream by which open pages learn that something changed."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from ..page import Page
from ..requests import parts_of

router = APIRouter()
PAGE = Page(router=router)


@router.get("/events")
async def events(
    request: Request,
    seen: Annotated[str, Query(max_length=60)] = "",
    last_event_id: Annotated[str, Header(max_length=60)] = "",
) -> StreamingResponse:
    """Stream ``change`` events, from the version that the page shows on; a browser that comes again says its last one."""
    headers = {"X-Accel-Buffering": "no"}  # a proxy must not keep events back
    stream = parts_of(request).live.stream(last_event_id or seen)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
