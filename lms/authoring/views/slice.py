"""The slice object that every page of the workshop registers with."""

from lms.core.web.slice import Slice

authoring = Slice("authoring", __name__)
