"""Other people's workbooks, in and out."""
