"""Tags and filters of the city."""
