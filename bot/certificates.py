"""The world's certificates, read once a process: left alone, httpx reads them for every client anew."""

import ssl
from functools import cache

import httpx


@cache
def certificates(trust_env: bool) -> ssl.SSLContext:
    """What a client checks its servers by; ``trust_env``: the operator may name other certificates."""
    return httpx.create_ssl_context(trust_env=trust_env)
