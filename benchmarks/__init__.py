"""Measurements of what speed is promised for, on databases of their own: `make bench`."""
