"""Who must learn what by when.

Owns campaigns and assignments. Must not know certificates.
"""
