"""Pages of places, waiting lists and attendance."""
