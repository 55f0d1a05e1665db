"""Where booking meets its store and the wire."""
