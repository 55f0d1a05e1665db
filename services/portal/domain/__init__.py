"""The portal's rules: accounts, sessions, and how often somebody may try to sign in."""
