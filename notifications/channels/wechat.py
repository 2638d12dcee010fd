"""Template messages of a WeChat service account.

Source: Weixin's public documentation of service accounts, "template messages", "stable access
token" and "web page authorisation".
"""

from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from common.now import SHANGHAI
from notifications.channels import http
from notifications.channels.message import Message, Permanent, Transient

API = "https://api.weixin.qq.com"
# The address is wrong, or the person no longer follows the account or wants no such messages.
NOT_THIS_PERSON = {40003, 43004, 43101, 43116, 50005}
TOKEN_IS_OLD = {40001, 40014, 42001}
# A field's name begins with its kind, and each kind has a longest value.
LONGEST = {"thing": 20, "character_string": 32, "phrase": 5}

_kept: dict[str, tuple[str, float]] = {}


def send(message: Message) -> None:
    """Fill in the template. `client_msg_id` lets WeChat drop a repeat within ten minutes."""
    payload = {
        "touser": message.address,
        "template_id": settings.WECHAT_TEMPLATE,
        "url": message.link,
        "client_msg_id": message.key,
        "data": _data(message),
    }
    answer = http.post_json(f"{API}/cgi-bin/message/template/send?{_with_token()}", payload)
    code = answer.get("errcode")
    if code == 0:
        return
    if code in TOKEN_IS_OLD:
        _kept.clear()
    raise (Permanent if code in NOT_THIS_PERSON else Transient)(f"wechat {code}")


def _data(message: Message) -> dict[str, Any]:
    """`thing2=about,…` of the settings, each cut to what WeChat takes; too long is refused."""
    words = {
        "text": message.text,
        "about": message.about or message.text,
        "reference": message.reference or "-",
        "at": message.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
    pairs = [pair.split("=", 1) for pair in settings.WECHAT_FIELDS.split(",") if "=" in pair]
    return {
        field.strip(): {"value": words[word.strip()][: _longest(field.strip())]}
        for field, word in pairs
    }


def _longest(field: str) -> int:
    return LONGEST.get(field.rstrip("0123456789"), 200)


def _with_token() -> str:
    """The account's token, asked for again a little before it ends."""
    token, until = _kept.get(settings.WECHAT_APP_ID, ("", 0.0))
    if monotonic() >= until:
        asked = {
            "grant_type": "client_credential",
            "appid": settings.WECHAT_APP_ID,
            "secret": settings.WECHAT_APP_SECRET,
        }
        answer = http.post_json(f"{API}/cgi-bin/stable_token", asked)
        token = answer.get("access_token", "")
        if not token:
            raise Transient(f"wechat token {answer.get('errcode')}")
        until = monotonic() + max(int(answer.get("expires_in", 0)) - 300, 0)
        _kept[settings.WECHAT_APP_ID] = (token, until)
    return urlencode({"access_token": token})


# --- Whose WeChat this is ----------------------------------------------------------------


def way_to_bind(back: str, state: str) -> str:
    """Where a person's WeChat says who they are to this account, then returns to `back`."""
    asked = urlencode(
        {
            "appid": settings.WECHAT_APP_ID,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        },
        quote_via=quote,
    )
    return f"https://open.weixin.qq.com/connect/oauth2/authorize?{asked}#wechat_redirect"


def openid_of(code: str) -> str:
    """The openid behind what WeChat sent back with the person. Raises NotSent."""
    asked = urlencode(
        {
            "appid": settings.WECHAT_APP_ID,
            "secret": settings.WECHAT_APP_SECRET,
            "code": code,
            "grant_type": "authorization_code",
        }
    )
    answer = http.request("GET", f"{API}/sns/oauth2/access_token?{asked}")
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise Permanent(f"wechat {answer.get('errcode')}")
    return openid
