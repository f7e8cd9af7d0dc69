"""What a reader sees: headings, cards, tables, charts and notes, each as HTML, Typst and plain text."""
