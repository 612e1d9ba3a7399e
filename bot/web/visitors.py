"""Who stands in a line as one, where there are no accounts: everybody of one network address.

The address is in memory while a request is handled and in no log. Behind a proxy it is what the proxy says
(``FORWARDED_ALLOW_IPS`` of uvicorn names whom to believe; on this machine's own address by itself).
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection

_OWN_NETWORK: Final = 64
"""Bits of an IPv6 address that a household or a phone has to itself; it may use any of the rest."""


def address_of(request: HTTPConnection) -> str:
    """The network address that ``request`` came from; empty where there is none."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, _OWN_NETWORK), strict=False))
    return str(address)


def visitor_of(request: HTTPConnection) -> str:
    """The same, as ``Incoming.visitor`` has it on the chat page."""
    return f"web {address_of(request)}"
