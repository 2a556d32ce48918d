"""What people and other programs look at: each page of the console and each JSON document as plain data."""
