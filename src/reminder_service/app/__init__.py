"""The composition root: settings become parts (`parts`), jobs are hung on the scheduler (`service`), web pages served
(`console`)."""

from .console import setup_link
from .parts import App, Round, opened, refuse_open_questions
from .service import serve, serve_pages

__all__ = ["App", "Round", "opened", "refuse_open_questions", "serve", "serve_pages", "setup_link"]
