"""What `karussell lab new` copies: a small room that runs, for a question of one's own."""
