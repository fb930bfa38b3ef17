"""How exact a generated function is: points of the float range, the truth there, the certificate."""
