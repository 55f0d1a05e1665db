"""`python -m deploy.compose.setup issuer`: what must be there before the services start, made once.

`issuer` makes the embedded issuer's key and sample accounts in /issuer, which all have the password of
PAVILION_SAMPLE_PASSWORD; that is never shown to anybody.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.stack.accounts import issuer_of, write_accounts
from deploy.stack.errors import StackError

ISSUER = Path("/issuer")


def main(arguments: list[str]) -> None:
    """Do what the first argument names; a sentence and exit code 1 when that fails."""
    try:
        match arguments:
            case ["issuer"]:
                issuer_of(ISSUER)
                write_accounts(ISSUER, password=os.environ["PAVILION_SAMPLE_PASSWORD"], shown=False)
                print(f"issuer and accounts are in {ISSUER}")
            case _:
                sys.exit(__doc__)
    except StackError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
