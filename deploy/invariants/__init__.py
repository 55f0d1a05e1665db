"""What must hold across stores and topics, whatever happened: each a question that names every violation."""
