"""Taking courses: enrolment, progress, completion.

Owns progress events and their projections. Must not know why somebody learns.
"""
