"""What the project says of a derivation, as codes (`codes`), and every sentence by its code, one file a language.

`english` and `japanese` are complete; another language is another file with the same keys.
"""

from lossproof.words.catalogue import Catalogue
from lossproof.words.english import ENGLISH
from lossproof.words.japanese import JAPANESE

LANGUAGES = {each.language: each for each in (ENGLISH, JAPANESE)}

__all__ = ["ENGLISH", "JAPANESE", "LANGUAGES", "Catalogue"]
