"""Signing in and staying signed in.

Owns accounts, passwords and login sessions. Must not know learning.
"""
