"""From formulas to the text of modules, one builder a back end, and where modules lie on disk."""
