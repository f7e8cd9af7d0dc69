"""From a notebook to files that one can hand on: parameters, run, formats, staging."""
