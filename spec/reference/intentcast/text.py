"""Folding, and the words of a text (page 7)."""

import unicodedata


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
