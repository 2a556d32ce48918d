"""The way out: who is written to, what the letters say, the outbox, and sending so that nothing goes twice."""
