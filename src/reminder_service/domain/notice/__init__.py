"""The notice reader: from the text and tables of an official notice to a drafted campaign."""

from .reader import read_notice

__all__ = ["read_notice"]
