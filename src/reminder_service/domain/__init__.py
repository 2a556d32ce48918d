"""Data and decisions: no input or output, no clock, no framework."""
