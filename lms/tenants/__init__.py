"""Municipalities and their settings.

Owns the tenant row, branding and local slots. Must not know people.
"""
