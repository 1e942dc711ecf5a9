"""What posts of each platform look like in JSON, whatever tool collected them."""
