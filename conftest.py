"""What every test may use, in any app."""
