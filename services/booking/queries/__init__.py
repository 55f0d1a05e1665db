"""What booking can be asked: how each fair's booths are now, what changed since, and who reserved what."""
