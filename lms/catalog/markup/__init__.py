"""The inner parts of the course text format: lines, attributes, front matter, questions, writing.

Owns the grammar described in ``courses/README.md``. Everything here is pure: text in, value types
and problems out. ``lms.catalog.textformat`` is the front door that also touches files.
"""
