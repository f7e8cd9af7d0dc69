"""From a notebook to files that one can hand on: parameters, run, exporters, staging."""
