"""The one public origin: the page, signing in, and the way to every service's API."""
