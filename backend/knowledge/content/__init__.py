"""What a topic says and whether it may be said: fields, file format, linter, hotlines. Pure, no database."""
