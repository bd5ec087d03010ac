"""Engines, base classes and the only database-specific SQL."""
