"""A class's code, which is read aloud and typed, and its password, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

# Without I, L and O, which are read as 1 and 0, or as each other in small letters.
LETTERS = "".join(letter for letter in string.ascii_uppercase if letter not in "ILO")
LENGTH = 6
# 16 MB and some 50 ms a try: https://www.rfc-editor.org/rfc/rfc7914, the parameters that are usual for logging in.
COST, BLOCK, PARALLEL = 2**14, 8, 1


def new_code() -> str:
    """Six letters at random: one of 148 million."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def as_code(typed: str) -> str:
    """What was typed as a code is written: capitals, without what people put between letters."""
    return "".join(letter for letter in typed.upper() if letter not in " -–·\t")


def hashed(password: str, salt: bytes | None = None) -> str:
    """The password's salted hash by scrypt, as "salt$hash" in hexadecimal digits."""
    salt = secrets.token_bytes(16) if salt is None else salt
    digest = hashlib.scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=PARALLEL)
    return f"{salt.hex()}${digest.hex()}"


def fits(password: str, kept: str) -> bool:
    """Whether the hash that is kept is this password's; takes as long for a wrong one."""
    salt = bytes.fromhex(kept.partition("$")[0])
    return hmac.compare_digest(hashed(password, salt), kept)
