"""Records into the corpus on disk, and the corpus from the disk."""
