"""The web pages: routes, views, forms; they call jobs and the store and decide nothing.

To add a page:

1. a module ``pages/<subject>.py`` with ``router = APIRouter()``, its routes as plain ``def`` functions, and
   ``PAGE = Page(router=router, nav="单位", path="/units", key="u")``; put ``PAGE`` into ``pages/__init__.py``;
2. what it shows is a frozen dataclass from ``jobs/`` or ``domain/``; a route takes ``desk: DeskHere`` (the office with
   its situations, kept per version of the store) and ``me: Me`` (who is logged in), and returns
   ``render(request, "units.html", ...)``; after a change ``desk.changed()`` and ``redirect(request, path, "已保存。")``;
3. templates are ``templates/console/<name>.html`` and begin with ``{% extends "base.html" %}``; every form that
   posts holds ``{{ csrf_field }}``; no ``style=``, ``<style>``, ``on…=`` or ``<script>`` with text: browsers refuse them;
4. who may look and who may change stands in ``Page(needs=…, writes=…)`` and is checked before the route runs.
"""

from .office import Office
from .web import create_web

__all__ = ["Office", "create_web"]
