"""Where the rows are, how they are read and checked, and the coordinates in which they are fitted."""
