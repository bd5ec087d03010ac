"""Tests of the trainers' workshop."""
