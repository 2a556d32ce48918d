"""What the office itself is told: the daily digest, the weekly summary, 谁没报 for a leader, the call sheet."""
