"""What can be learned: tiers, courses, modules, slides and their immutable versions.

Owns the text format of ``courses/``, publishing and the library of shared courses.
Must not know who learns what.
"""
