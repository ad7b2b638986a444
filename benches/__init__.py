"""Measures of speed and memory, ours beside a peer in the same run."""
