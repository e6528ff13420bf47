"""Passwords: Argon2id in a pool of its own, so that sign-ins never take the whole machine."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from passlib.hash import argon2  # pyright: ignore[reportAttributeAccessIssue]  made at import

from lms_app.core.errors import TooMany

_argon2 = argon2.using(type="ID", memory_cost=65_536, time_cost=3, parallelism=1)
_hashers = ThreadPoolExecutor(2, thread_name_prefix="argon2")
WAITING_MAX = 200
WAITING_PER_ADDRESS = 4
_waiting: dict[str, int] = {}
# Verified against for people who do not exist, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$ea+VslaK8d47R8hZK6XUug$K6jmMpYOGNn02v42fpnHQFHDJ5l7qndnWxnghdPmySY"


def hash_password(password: str) -> str:
    """Argon2id, 64 MiB, t=3: about 0.2 s of one core. In a handler use `hashed`."""
    return _argon2.hash(_normal(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that was hashed. As slow for somebody without one."""
    try:
        return _argon2.verify(_normal(password), kept or _NOBODY) and kept is not None
    except ValueError:
        return False


def is_outdated(kept: str | None) -> bool:
    """Whether `kept` was made with other costs than today's: the next right password makes a new one."""
    return kept is not None and _argon2.needs_update(kept)


async def hashed(password: str, ip: str = "") -> str:
    return await _in_pool(ip, hash_password, password)


async def verified(password: str, kept: str | None, ip: str = "") -> bool:
    return await _in_pool(ip, verify_password, password, kept)


async def _in_pool(ip: str, act: Any, *args: Any) -> Any:
    """At most two at once, so that sign-ins never take the whole machine; a crowd from one address waits outside."""
    if (_waiting.get(ip, 0) >= WAITING_PER_ADDRESS and ip) or sum(_waiting.values()) >= WAITING_MAX:
        raise TooMany("Many people are signing in at this moment. Try again in a few seconds.", retry_after=5)
    _waiting[ip] = _waiting.get(ip, 0) + 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashers, act, *args)
    finally:
        _waiting[ip] -= 1
        if not _waiting[ip]:
            del _waiting[ip]


def _normal(password: str) -> str:
    """The same characters typed on two keyboards are the same password (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)
