"""Digital-skills learning management system for Japanese local governments."""

__version__ = "0.1.0"
