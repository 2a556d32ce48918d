"""Every outside part tried, and what to do about it in words."""
