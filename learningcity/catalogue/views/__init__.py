"""The residents' pages of the catalogue, one file per noun."""
