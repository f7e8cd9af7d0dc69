"""What a reader sees: headings, cards, tables, charts and notes, each as HTML, Typst and plain text."""

from parlib.blocks.block import Block, Section
from parlib.blocks.cards import Card, cards
from parlib.blocks.figure import chart
from parlib.blocks.table import Column, sheet, table
from parlib.blocks.text import bullets, heading, masthead, note, page_break, paragraph

__all__ = [
    "Block",
    "Card",
    "Column",
    "Section",
    "bullets",
    "cards",
    "chart",
    "heading",
    "masthead",
    "note",
    "page_break",
    "paragraph",
    "sheet",
    "table",
]
