"""Our own parts of Rasa: understanding on the one hand, the door and the memory on the other."""
