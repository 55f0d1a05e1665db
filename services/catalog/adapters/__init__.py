"""Where the catalog meets documents, events, files and geometry."""
