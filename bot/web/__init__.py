"""The worker's pages: the chat page, the tip form and the mailbox that work without JavaScript."""
