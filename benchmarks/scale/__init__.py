"""What reports, stories, lists and the verification of the trace take on years of leads: `make bench-scale`."""
