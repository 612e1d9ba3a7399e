"""Errors as pages: one clear sentence in the reader's language and a way on. No stack, nothing they wrote."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from backend.kit.errors import Problem, Unauthenticated
from backend.web.i18n import N_, gettext
from backend.web.pages import go, is_htmx, page

SIGN_IN: Final = "/sign-in"

_BY_CODE: Final = {
    "cross_site": N_("Yêu cầu này không đến từ trang của An Tâm nên đã bị từ chối."),
    "stale_form": N_("Trang này đã cũ. Hãy tải lại trang rồi làm lại."),
    "session_over": N_("Phiên làm việc đã hết. Hãy chép lại phần vừa viết, rồi tải lại trang và đăng nhập."),
    "conflict": N_("Vừa có người thay đổi việc này. Hãy tải lại trang để xem bản mới."),
    "desk_not_granted": N_("Bạn đã được mời vào tổ này, nhưng cần một thành viên trong tổ cho bạn vào."),
    "never_forwarded": N_("Tin về quyền lao động chỉ ở lại công đoàn, không chuyển cơ quan khác."),
    "not_agreed": N_("Người báo tin chỉ cho công đoàn đọc và chưa đồng ý chuyển. Hãy hỏi họ trước."),
    "not_to_police": N_("Tin này không chuyển cho công an từ đây được."),
    "nobody_to_receive": N_("Chưa có tổ công an nào mở được tin này."),
    "cannot_merge": N_(
        "Không gộp được: chỉ gộp các tin đã đọc, còn mở, cùng các tổ và chưa gộp vào đâu. Hãy tải lại trang."
    ),
    "too_many_searches": N_("Bạn tìm hơi nhanh. Hãy chờ một phút rồi tìm tiếp."),
    "too_many_codes": N_("Có quá nhiều mã sai. Hãy chờ một giờ rồi thử lại."),
    "busy": N_("Đang có quá nhiều tệp cùng lúc. Hãy chờ một phút rồi mở lại."),
    "tip_damaged": N_(
        "Không mở được tin này: chìa khóa cũ của tổ đã mất, hoặc nội dung đã bị thay đổi. Hãy báo quản trị."
    ),
}
_BY_STATUS: Final = {
    401: N_("Bạn cần đăng nhập."),
    403: N_("Tài khoản của bạn không mở được trang này."),
    404: N_("Không có trang này, hoặc trang này không dành cho bạn."),
    405: N_("Không có trang này, hoặc trang này không dành cho bạn."),
    409: N_("Vừa có người thay đổi việc này. Hãy tải lại trang để xem bản mới."),
    413: N_("Nội dung gửi lên quá dài. Hãy quay lại, rút ngắn rồi gửi lại."),
    422: N_("Có chỗ chưa điền hoặc điền chưa đúng. Hãy quay lại và xem lại biểu mẫu."),
}
_OTHERWISE: Final = N_(
    "Có lỗi ở phía máy chủ. Việc vừa rồi chưa được lưu. Hãy thử lại; nếu vẫn lỗi, báo quản trị."
)


def sentence(status: int, code: str = "") -> str:
    """The sentence for an error, in the language of the request."""
    return gettext(_BY_CODE.get(code) or _BY_STATUS.get(status) or _OTHERWISE)


def error_page(request: Request, status: int, code: str = "") -> HTMLResponse:
    """A page with the sentence, or for htmx the sentence alone: what was typed stays where it is."""
    if not is_htmx(request):
        return page(request, "shell/error.html", status=status, sentence=sentence(status, code), code=status)
    answer = page(request, "shell/error_part.html", status=status, sentence=sentence(status, code))
    answer.headers["hx-retarget"] = "#problem"
    answer.headers["hx-reselect"] = "[role=alert]"
    answer.headers["hx-reswap"] = "innerHTML show:window:top"
    return answer


def to_sign_in(request: Request) -> Response:
    """Send somebody who is not signed in to the sign-in page, and back afterwards."""
    if is_htmx(request) and request.method != "GET":
        # Leaving the page would lose what was just written.
        return error_page(request, HTTPStatus.UNAUTHORIZED, "session_over")
    if is_htmx(request):
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"hx-redirect": SIGN_IN})
    if request.method != "GET":
        return go(SIGN_IN)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='/')}")


def install(app: FastAPI) -> None:
    """Answer the named errors of the staff application with a page; ``guards`` answers all others."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        if isinstance(error, Unauthenticated):
            return to_sign_in(request)
        return error_page(request, int(error.status), error.code)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        return error_page(request, error.status_code)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, _: RequestValidationError) -> Response:
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)


__all__: Sequence[str] = ("error_page", "install", "sentence", "to_sign_in")
