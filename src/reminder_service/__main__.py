"""``python -m reminder_service`` and the command ``reminder-service``."""

from .cli import main

if __name__ == "__main__":
    main()
