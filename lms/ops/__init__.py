"""Running the product: health, backup, demo data, audit viewer."""
