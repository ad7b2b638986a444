"""What can be done with places, waiting lists and attendance."""
