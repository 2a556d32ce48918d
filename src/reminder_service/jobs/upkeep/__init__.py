"""The service's own health: the alarm, figures for monitoring, removing what is old."""
