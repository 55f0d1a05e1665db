"""What the portal's rules meet outside: MongoDB, the accounts file, the other services."""
