"""Pure building blocks: no I/O, no framework, no business of one slice.

Owns text folding, dates and eras, identifiers, tables, CSV and the small Markdown subset.
Must not know the database, the web or any slice.
"""
