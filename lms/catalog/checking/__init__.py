"""The single checks of the course text format: slides, questions, whole modules, translations.

Owns what makes teaching material good beyond being readable. Pure; ``lms.catalog.checks`` runs it.
"""
