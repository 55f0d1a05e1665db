"""What notification touches outside: its documents, the wire, words, and the mail server."""
