"""Employees and the organisation they belong to, each valid for a period.

Owns units, posts, leave and role grants. Must not know sign-in or learning.
"""
