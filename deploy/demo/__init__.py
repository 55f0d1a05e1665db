"""The made-up demonstration fair, a fair folder as an organizer would keep one."""
