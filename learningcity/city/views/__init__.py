"""The city's pages, one file per noun."""
