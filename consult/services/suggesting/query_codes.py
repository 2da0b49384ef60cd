"""Query codes: what looks a suggestion up without an account."""

import secrets

#: Without 0 O, 1 I L, which are mistaken for each other when written or read out.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def make() -> str:
    """Return ten characters that nobody guesses: there are eight hundred million million."""
    number, letters = secrets.randbelow(len(LETTERS) ** LENGTH), []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def tidy(typed: str) -> str:
    """Bring what somebody typed into the stored form: blanks, dashes and case do not matter."""
    return "".join(character for character in typed.upper() if character.isalnum())


def shown(code: str) -> str:
    """Write a code in two halves, which are easier to copy by hand."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
