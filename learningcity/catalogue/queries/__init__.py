"""Questions to the catalogue, one file per noun."""
