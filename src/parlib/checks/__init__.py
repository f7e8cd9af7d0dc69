"""What is doubtful about figures, as findings that a reader can act on. Pure: frames in, findings out."""
