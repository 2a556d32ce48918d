"""What is handed upward: exports, frozen versions with their changes, the ledger, the summary of a year."""
