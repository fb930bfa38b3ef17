"""A derivation as lemmas for Coq, a kernel that has nothing in common with ours.

coq_terms    a formula as a term of Coq                premises     what is assumed of each quantity
slopes_for_coq   derivatives, for scripts              lemmas       an obligation as a lemma with its script
coq_text     a chapter as one file                     kernel       runs coqc, and says what it accepted
accepted     what was accepted, kept beside the chapters: `acceptance` is what a page shows
kinks_for_coq    where a formula has no slope
lemmas.v, tactics.v, rules.v, sums.v    what every file begins with: derivatives by rules, sums of sums
"""

from lossproof.export.coq.accepted import Acceptance, acceptance
from lossproof.export.coq.coq_text import coq_source

__all__ = ["Acceptance", "acceptance", "coq_source"]
