"""Chases periodic reports for an office: reminds, collects, reads, checks and consolidates."""

__version__ = "0.1.0"
