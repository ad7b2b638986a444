"""What can be asked of places, waiting lists and attendance."""
