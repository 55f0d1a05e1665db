"""`python -m deploy.compose.setup issuer`: what must be there before the services start, made at every start.

`issuer` makes the embedded issuer's key and sample accounts in /issuer. They have the password of
PAVILION_SAMPLE_PASSWORD, the administrator that of PAVILION_ADMIN_PASSWORD; neither is ever shown to anybody.
Where the file is there already, its passwords follow these settings.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.stack.accounts import change_passwords, issuer_of, write_accounts

ISSUER = Path("/issuer")


def main(arguments: list[str], directory: Path = ISSUER) -> None:
    """Do what the first argument names, or say what there is; exits where a password is missing or shared."""
    if arguments != ["issuer"]:
        sys.exit(__doc__)
    sample, admin = (os.environ.get(name, "") for name in ("PAVILION_SAMPLE_PASSWORD", "PAVILION_ADMIN_PASSWORD"))
    if not sample or not admin:
        sys.exit("PAVILION_SAMPLE_PASSWORD and PAVILION_ADMIN_PASSWORD must be set: see deploy/compose/example.env.")
    if sample == admin:
        sys.exit("PAVILION_ADMIN_PASSWORD is PAVILION_SAMPLE_PASSWORD: give the administrator a password of its own.")
    issuer_of(directory)
    path = write_accounts(directory, password=sample, admin_password=admin, shown=False)
    changed = change_passwords(path, password=sample, admin_password=admin)
    print(f"issuer and accounts are in {directory}; new passwords for: {', '.join(changed) or 'nobody'}")


if __name__ == "__main__":
    main(sys.argv[1:])
