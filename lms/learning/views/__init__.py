"""Pages of learning: courses, the player, the quiz and its answers."""
