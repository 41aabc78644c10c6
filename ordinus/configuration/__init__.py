"""Configuration as code: a YAML file and the database, each made to match the other.

One declaration (`schema`, from the nouns) serves reading, checking, comparing, writing, exporting, the
reference page and the JSON Schema. Between file and database stands one canonical form: plain values in which
every key has its value, so that what the file wants and what the database holds can be compared.
"""
