"""What could identify a person: found, and replaced by placeholders or keyed pseudonyms."""
