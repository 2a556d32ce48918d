"""Puts the web application together: pages behind their guards, files, middleware, error pages."""

import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from ..domain.access import SessionRules
from ..jobs.access.single_sign_on import Provider
from ..resources import packaged_templates
from .desk import Desk
from .errors import add_error_pages
from .gate import Gate
from .live import Live
from .office import Office
from .page import guard
from .pages import PAGES
from .requests import NavEntry, Parts
from .templates import STATIC, Pages
from .visitors import Visitors

_TURN_SECONDS = 0.0005


def create_web(office: Office, *, stopping: Callable[[], bool] = lambda: False) -> FastAPI:
    """Return the console of an office as a web application.

    :param stopping: whether the service is about to end; open streams then end too.
    """
    configuration = office.configuration
    own = configuration.directory / "templates"
    folders = [folder for folder in (own, packaged_templates()) if folder.is_dir()]
    desk, oidc = Desk(office=office), configuration.service.console.oidc
    web = FastAPI(
        lifespan=_kept_fresh(desk), title="reminder-service", docs_url=None, redoc_url=None, openapi_url=None
    )
    web.state.parts = Parts(
        desk=desk,
        pages=Pages(folders, configuration.service.office.timezone),
        secret=office.store.secret(),
        nav=tuple(
            NavEntry(word=page.nav, path=page.path, key=page.key, needs=page.needs)
            for page in PAGES
            if page.nav
        ),
        provider=Provider(settings=oidc) if oidc.issuer else None,
        live=Live(desk=desk, stopping=stopping),
    )
    for page in PAGES:
        web.include_router(page.router, dependencies=[Depends(guard(page))])
    web.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_error_pages(web)
    settings = configuration.service.console
    rules = SessionRules(idle=settings.session_idle, longest=settings.session_max)
    visitors = Visitors(store=office.store, clock=office.clock, rules=rules)
    web.add_middleware(Gate, settings=settings, visitors=visitors)
    return web


def _kept_fresh(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Compute in the background what people look at, as long as pages are served."""

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        # A reader takes turns with threads that compute; by default each turn lasts ten times as long.
        sys.setswitchinterval(_TURN_SECONDS)
        ended = threading.Event()
        # A daemon: what it computes is for nobody once the service ends.
        threading.Thread(target=desk.keep_fresh, args=(ended,), name="desk", daemon=True).start()
        yield
        ended.set()

    return lifespan
