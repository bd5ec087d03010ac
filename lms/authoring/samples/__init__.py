"""The two decks that ship with the product: drawings, and narration in the notes file format."""
