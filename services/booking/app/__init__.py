"""Booking's HTTP routes and event subscribers: decode, hand over, encode; nothing else."""
