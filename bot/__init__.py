"""The worker-facing process: channels, the tip conversation, the mailbox, the web chat and the tip form.

It must never write a platform id, a message or a receipt to disk or to a log. Of the backend it
imports only the pure text and crypto floors; everything else goes over HTTP.
"""
