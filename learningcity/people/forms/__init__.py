"""What may be typed about persons, log-ins, organisations and mandates."""
