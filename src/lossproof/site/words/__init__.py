"""Every phrase that the page writer puts on a page, one object a language.

phrases             what a language has to say
phrases_english     the same in English, and in phrases_japanese in Japanese
pictures_english    what the pictures say
glossary_english    the referee's words and the letters of the formulas, explained
moves_japanese      the moves and the rules of what runs, which carry their English in the code
"""

from lossproof.site.words.phrases import CodeWords, Counted, CurveWords, PictureWords, Term, TryWords, Words
from lossproof.site.words.phrases_english import ENGLISH
from lossproof.site.words.phrases_japanese import JAPANESE

__all__ = [
    "ENGLISH",
    "JAPANESE",
    "WORDS",
    "CodeWords",
    "Counted",
    "CurveWords",
    "PictureWords",
    "Term",
    "TryWords",
    "Words",
]

WORDS = {each.said.language: each for each in (ENGLISH, JAPANESE)}
