"""The objects of the file, a noun a module: which keys it has, and how it is read from and written to the database."""
