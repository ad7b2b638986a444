"""Tests of what the catalogue gives away."""
