"""What each function of the grammar is: one table, from which every other room reads."""
