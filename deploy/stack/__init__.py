"""The servers that Pavilion needs, started as plain processes on one machine."""
