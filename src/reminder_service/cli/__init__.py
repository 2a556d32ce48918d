"""The command line: parses, calls a job, prints."""

from .main import main

__all__ = ["main"]
