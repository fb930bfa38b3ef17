"""Steps of a derivation judged: what has to hold, relations beyond equality, mutants, the report."""
