"""What the project says of a derivation, as codes (`codes`), and every sentence by its code, one file a language.

`english` is complete; another language is another file with the same keys.
"""

from lossproof.words.catalogue import Catalogue
from lossproof.words.english import ENGLISH

LANGUAGES = {each.language: each for each in (ENGLISH,)}

__all__ = ["ENGLISH", "LANGUAGES", "Catalogue"]
