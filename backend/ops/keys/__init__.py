"""What an operator does with the keys of a deployment: look, back up, rotate, retire."""
