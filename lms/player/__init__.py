"""How a slide is played: timelines of narration, captions and the player that follows them.

Owns the timeline format, WebVTT and the player's pages and events while a module runs.
Must not know how speech is made, nor what a learner has achieved.
"""
