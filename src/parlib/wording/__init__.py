"""What a reader hears: languages, number formats, and sentences built from figures."""
