"""Made-up sign-ins: files like Codex's own, for accounts that do not exist."""

import base64
import json
import time

WEEK = 7 * 24 * 3600


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(claims):
    """A token in form only: no signature is checked here."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}.{_part('unsigned')}"


def write_sign_in(folder, name, plan="plus"):
    """An auth.json for one made-up person; gives back what must never leak."""
    folder.mkdir(parents=True, exist_ok=True)
    email = f"{name}@example.com"
    account = {"chatgpt_account_id": f"account-{name}", "chatgpt_plan_type": plan, "chatgpt_user_id": f"user-{name}"}
    claims = {"email": email, "exp": int(time.time()) + WEEK, "https://api.openai.com/auth": account}
    access, refresh = token({**claims, "kind": "access"}), f"refresh-of-{name}-0123456789"
    tokens = {"id_token": token(claims), "access_token": access, "refresh_token": refresh, "account_id": f"account-{name}"}
    file = folder / "auth.json"
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    file.write_text(json.dumps({"auth_mode": "chatgpt", "OPENAI_API_KEY": None, "tokens": tokens, "last_refresh": now}))
    file.chmod(0o600)
    return {"email": email, "secrets": [access, refresh]}
