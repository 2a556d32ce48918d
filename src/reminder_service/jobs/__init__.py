"""The flow of the service, a file for each job, in rooms by subject (``docs/source-map.md``).

``accounts`` and ``mailroom`` serve both ways of the mail.
"""
