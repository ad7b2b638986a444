"""LearningCity: the open platform on which a city becomes a learning city."""

__version__ = "0.1.0"
