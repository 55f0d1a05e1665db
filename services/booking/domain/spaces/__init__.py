"""The rules of halls, rooms and yards: what is asked for, what it claims, who is before whom.

Instants are whole minutes since 1970-01-01T00:00Z; every interval is half-open.
"""
