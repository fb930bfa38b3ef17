"""A derivation as lemmas for Coq, a kernel that has nothing in common with ours.

terms        a formula as a term of Coq                hypotheses   what is assumed, as premises
slopes       derivatives, for the scripts              lemmas       an obligation as a lemma with its script
source       a chapter as one file                     kernel       runs coqc, and says what it accepted
record       what was accepted, kept beside the chapters: `acceptance` is what a page shows
lemmas.v, tactics.v    what every file begins with
"""

from lossproof.export.coq.record import Acceptance, acceptance
from lossproof.export.coq.source import coq_source

__all__ = ["Acceptance", "acceptance", "coq_source"]
