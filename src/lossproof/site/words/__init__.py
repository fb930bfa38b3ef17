"""Every phrase that the page writer puts on a page, one object a language.

phrases            what a language has to say
phrases_english    the same in English
pictures_english   what the pictures say
glossary_english   the referee's words and the letters of the formulas, explained
"""

from lossproof.site.words.phrases import CodeWords, Counted, CurveWords, PictureWords, Term, Words
from lossproof.site.words.phrases_english import ENGLISH

__all__ = ["ENGLISH", "WORDS", "CodeWords", "Counted", "CurveWords", "PictureWords", "Term", "Words"]

WORDS = {each.said.language: each for each in (ENGLISH,)}
