"""What a person does before an answer has come."""
