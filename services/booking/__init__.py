"""Booking: who holds which booth, until when, and what became of it."""
