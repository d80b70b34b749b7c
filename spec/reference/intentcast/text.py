"""Folding, and the words of a text (page 7)."""

import re
import unicodedata


# What remains of Unicode's property White_Space after NFKD.
WHITE_SPACE = re.compile("[\t-\r \x85\u1680\u2028\u2029]+")


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def words(text: str) -> list[str]:
    found, word = [], ""
    for character in fold(text) + " ":
        if unicodedata.category(character)[0] in "LMN":
            word += character
        elif word:
            found.append(word)
            word = ""
    return found
