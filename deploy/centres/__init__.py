"""An exchange centre in a file: its venue and its spaces, read and brought in over the API."""
