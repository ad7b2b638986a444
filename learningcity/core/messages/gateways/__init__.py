"""The ways by which a message leaves the city, one module for each channel."""
