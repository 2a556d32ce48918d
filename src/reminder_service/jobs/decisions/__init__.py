"""What only a person can settle: decisions kept with reason and author, and what exactly they point at."""
