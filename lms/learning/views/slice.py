"""The one slice object to which every page of learning belongs."""

from __future__ import annotations

from lms.core.web.slice import Slice

learning = Slice("learning", __name__)
