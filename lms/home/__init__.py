"""The learner's start page and own record, composed from the slices below."""
