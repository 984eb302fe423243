"""Whether cells that share gates pay."""
