"""What the corpus owes to the people in it: deletion, forgetting, a new key, a record of processing."""
