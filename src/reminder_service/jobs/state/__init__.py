"""Where a campaign stands: the store's rows and persons' settlements, judged by the domain for every question anew."""
