"""What a password may be: not what everybody, or everybody who knows the name, tries first. What an address is."""

from email.utils import parseaddr

import regex
from marshmallow import ValidationError
from marshmallow.validate import Email

from api.auth.models import MAX_EMAIL_KEY
from api.auth.passwords import common_passwords
from api.permissions.verdict import ALLOW, Verdict, deny
from api.text.clean import fold

MIN_PASSWORD = 8
MAX_PASSWORD = 1_024
_ADDRESS = Email()
# What people put around a common word to make it look like a password.
_TRIMMINGS = regex.compile(r"^[\d\W_]{0,4}(.*?)[\d\W_]{0,6}$", regex.DOTALL)
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")


def email_key(email: str) -> str:
    """What an address is compared by: case does not tell two mail boxes apart in practice."""
    return fold(email)


def is_mail_address(text: str) -> bool:
    """Whether it is one plain address that can stand in a mail's header."""
    try:
        _ADDRESS(text)
    except ValidationError:
        return False
    spaced = any(character.isspace() for character in text)
    return not spaced and parseaddr(text)[1] == text and len(email_key(text)) <= MAX_EMAIL_KEY


def may_be_password(password: str, *, username: str, email: str | None) -> Verdict:
    """Refuses with password_is_name or password_too_common; length is the schema's business."""
    folded = fold(password)
    own = {fold(username)}
    if email is not None:
        own |= {fold(email), fold(email.partition("@")[0])}
    if folded in own:
        return deny("password_is_name")
    return deny("password_too_common") if is_common(folded) else ALLOW


def is_common(folded: str) -> bool:
    """Whether a case-folded password is among the first that anybody tries."""
    return folded in common_passwords() or _is_pattern(folded) or _is_trimmed_word(folded)


def _is_trimmed_word(folded: str) -> bool:
    found = _TRIMMINGS.match(folded)
    return bool(found and found.group(1) in common_passwords())


def _is_pattern(folded: str) -> bool:
    """One short piece over and over, or a walk along the keyboard or the alphabet, forwards or backwards."""
    for length in range(1, 5):
        if folded == (folded[:length] * (len(folded) // length + 1))[: len(folded)]:
            return True
    walks = [row * 3 for row in _ROWS] + [row[::-1] * 3 for row in _ROWS]
    return any(folded in walk for walk in walks)
