"""Questions, quizzes, attempts and surveys.

Owns grading and what may be disclosed when. Must not know slides or enrolments.
"""
