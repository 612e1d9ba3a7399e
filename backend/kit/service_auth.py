"""Who is asking, and may they: the dependency of every endpoint of the internal API."""

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend.kit.errors import Forbidden, Invalid, TooLarge, Unauthenticated, problems
from backend.kit.service_tokens import Caller, Scope, ServiceTokens

REFUSALS = problems(Unauthenticated, Forbidden, TooLarge, Invalid)
"""What every endpoint of the internal API may answer besides its own."""

_bearer = HTTPBearer(
    scheme_name="service token",
    description="The calling service's own token, `var/secrets/<service>/backend.token`.",
    auto_error=False,
)


def service(scope: Scope) -> Any:  # what FastAPI's own Security() is typed as
    """A dependency that lets in only services whose token carries ``scope``."""

    def check(
        request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Caller:
        tokens: ServiceTokens = request.app.state.service_tokens
        caller = tokens.caller(shown.credentials) if shown is not None else None
        if caller is None:
            raise Unauthenticated
        if scope not in caller.scopes:
            raise Forbidden
        return caller

    return Security(check, scopes=[scope.value])
