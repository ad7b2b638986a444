"""What may be typed about places, waiting lists and attendance."""
