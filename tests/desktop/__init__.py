"""What a Linux desktop starts by itself."""
