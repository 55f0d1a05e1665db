"""`python -m deploy.compose.setup issuer`: what must be there before the services start, made once.

`issuer` makes the embedded issuer's key and sample accounts in /issuer, which all have the password of
PAVILION_SAMPLE_PASSWORD; that is never shown to anybody.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.stack.accounts import issuer_of, write_accounts

ISSUER = Path("/issuer")


def main(arguments: list[str]) -> None:
    """Do what the first argument names, or say what there is."""
    if arguments != ["issuer"]:
        sys.exit(__doc__)
    issuer_of(ISSUER)
    write_accounts(ISSUER, password=os.environ["PAVILION_SAMPLE_PASSWORD"], shown=False)
    print(f"issuer and accounts are in {ISSUER}")


if __name__ == "__main__":
    main(sys.argv[1:])
