"""An office and its campaigns set up and kept up: notices, open questions, contacts."""
