"""The flow of the service, a file for each job."""
