"""What an LSTM keeps of a long day."""
