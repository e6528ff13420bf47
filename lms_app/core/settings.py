"""Every setting, read once from the environment (prefix `LMS_`) and `.env`.

Names carry their units. `problems()` says in one sentence each what is missing or dangerous; production refuses to
start while there is one. `python -m lms_app.cli doctor` prints all of it.
"""

import os
import secrets
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "change-me"
SECRET_BYTES_MIN = 32


class Profile(StrEnum):
    DEMO = "demo"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One frozen object; see README.md for the table that a person reads."""

    model_config = SettingsConfigDict(env_prefix="LMS_", env_file=".env", extra="ignore", frozen=True)

    profile: Profile = Profile.DEMO
    site_name: str = "Northfield"
    data_dir: Path = Path("data")
    fonts_dir: Path | None = Field(
        default=None, description="Further fonts of certificates; default: fonts under data_dir"
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; empty means a SQLite file under data_dir")
    keys_dir: Path | None = Field(default=None, description="Signing keys; default: keys under data_dir")
    redis_url: str = Field(default="", description="Needed only for several processes")
    secret_key: SecretStr = SecretStr(DEFAULT_SECRET)
    base_url: str = Field(default="", description="The address people type; empty means http://localhost:{port}")
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64, description="Processes; more than one needs Redis and PostgreSQL")
    allowed_origins: str = Field(default="", description="Further origins, comma separated; never *")
    trusted_proxy_hops: int = Field(default=0, ge=0, le=5, description="Proxies in front whose X-Forwarded-For counts")
    self_registration: bool = True
    demo_accounts: bool | None = Field(default=None, description="Fill an empty database; default: profile demo only")
    session_ttl_days: int = Field(default=30, ge=1, le=365)
    api_token_ttl_minutes: int = Field(default=15, ge=1, le=60)
    reset_ttl_minutes: int = Field(default=30, ge=5, le=30)
    verify_ttl_hours: int = Field(default=48, ge=1, le=168)
    password_min_characters: int = Field(default=15, ge=8, le=64)
    backup_every_hours: int = Field(default=0, ge=0, le=24 * 31, description="0 makes none by itself")
    backup_keep_days: int = Field(default=35, ge=0, le=3650, description="Older ones are removed; 0 keeps all")
    backup_folder: Path | None = Field(default=None, description="Default: backups under data_dir; better another disk")
    erasure_grace_days: int = Field(default=14, ge=0, le=90, description="Until an account is erased that asked for it")
    take_out_days: int = Field(default=7, ge=1, le=90, description="How long a copy of one's data can be downloaded")
    zone: str = Field(
        default="UTC", description="Where the school is, as IANA names it: whose days its analytics count"
    )
    keep_session_days: int = Field(default=30, ge=1, le=3650, description="Sessions that have ended")
    keep_ip_days: int = Field(default=90, ge=1, le=3650, description="Addresses of sessions")
    keep_notification_days: int = Field(default=365, ge=1, le=3650, description="Notifications that were read")
    keep_mail_days: int = Field(
        default=30, ge=1, le=3650, description="Text of mail that was sent, and links that are over"
    )
    keep_import_days: int = Field(default=30, ge=1, le=3650, description="Lists of people that came in")
    keep_account_days: int = Field(default=0, ge=0, le=36500, description="Accounts nobody uses; 0 keeps them for ever")
    upload_limit_mib: int = Field(default=50, ge=1, le=4096)
    import_limit_mib: int = Field(default=512, ge=1, le=4096, description="Of a package that becomes a course")
    mail_transport: str = Field(default="", description="smtp or file; default: file, in production smtp")
    mail_from: str = "Lectern <no-reply@localhost>"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    log_format: str = Field(default="text", pattern="^(text|json)$", description="json: one object a line")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="What /metrics wants to be sent; empty means this machine only"
    )
    notice_title: str = "Learn at your own pace"
    notice_text: str = "Trouble signing in? Ask the person who runs this site."
    bench: bool = Field(default=False, description="Registers the no-op event that `make bench` measures")

    @field_validator("base_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def is_production(self) -> bool:
        return self.profile is Profile.PRODUCTION

    @property
    def url(self) -> str:
        """Where the site is reached, without a trailing slash. Links in mail start with it, never with a Host header."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'lectern.db').absolute()}"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def fonts_folder(self) -> Path:
        return self.fonts_dir or self.data_dir / "fonts"

    @property
    def keys_folder(self) -> Path:
        """Where signing keys are: no backup holds them, so they can lie elsewhere than the data."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def backup_dir(self) -> Path:
        return self.backup_folder or self.data_dir / "backups"

    @property
    def take_out_dir(self) -> Path:
        return self.data_dir / "take-outs"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins whose sockets and unsafe requests we accept. Localhost and 127.0.0.1 are two."""
        own = [self.url, *(o.strip().rstrip("/") for o in self.allowed_origins.split(",") if o.strip())]
        host = urlsplit(self.url).hostname
        if not self.is_production and host in ("localhost", "127.0.0.1"):
            own += [f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}"]
        return tuple(dict.fromkeys(own))

    @property
    def mail(self) -> str:
        return self.mail_transport or ("smtp" if self.is_production else "file")

    @property
    def fills_demo(self) -> bool:
        return self.profile is Profile.DEMO if self.demo_accounts is None else self.demo_accounts

    @cached_property
    def signing_key(self) -> str:
        """The secret that signs tokens. Outside production an unset one is made once and kept under data_dir."""
        given = self.secret_key.get_secret_value()
        if given != DEFAULT_SECRET or self.is_production:
            return given
        kept = self.data_dir / "secret"
        if not kept.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            # Exclusive creation: two processes that start together must end up with one secret.
            try:
                with kept.open("x") as file:
                    kept.chmod(0o600)
                    file.write(secrets.token_urlsafe(48))
            except FileExistsError:
                pass
        return kept.read_text()

    def problems(self) -> list[str]:
        """What keeps production from starting: one clear sentence each, empty when all is well."""
        return list(self.dangers().values())

    def dangers(self) -> dict[str, str]:
        """The same by the name of the field that each is about; "" for what is no field of ours."""
        found: dict[str, str] = {}
        secret = self.secret_key.get_secret_value()
        make_one = "make one with `python -m lms_app.cli secret`."
        if secret in ("", DEFAULT_SECRET):
            found["secret_key"] = f"LMS_SECRET_KEY is not set: {make_one}"
        elif len(secret.encode()) < SECRET_BYTES_MIN:
            found["secret_key"] = f"LMS_SECRET_KEY is shorter than {SECRET_BYTES_MIN} bytes: {make_one}"
        if not self.is_https:
            found["base_url"] = "LMS_BASE_URL must start with https:// so that nobody can read sign-ins on the way."
        if "*" in self.allowed_origins:
            found["allowed_origins"] = "LMS_ALLOWED_ORIGINS must not contain *: list each origin."
        if self.fills_demo:
            found["demo_accounts"] = "LMS_DEMO_ACCOUNTS must be off: everybody knows the demo password."
        if self.bench:
            found["bench"] = "LMS_BENCH must be off: it opens an event to everybody."
        if os.environ.get("REFLEX_ENV_MODE", "prod") == "dev":
            found[""] = "REFLEX_ENV_MODE is dev: Reflex would show errors with their source. Unset it."
        if self.mail == "smtp" and not self.smtp_host:
            found["smtp_host"] = (
                "LMS_SMTP_HOST is not set: without mail nobody can verify an address or reset a password."
            )
        if self.mail == "file":
            found["mail_transport"] = "LMS_MAIL_TRANSPORT=file keeps mail on disk instead of sending it: set smtp."
        return found


class Refused(SystemExit):
    """The process must not start; the message says why, one sentence a line."""


def read_settings() -> Settings:
    """Settings from the environment. Raises Refused in production while anything is dangerous."""
    found = Settings()
    if found.is_production and (problems := found.problems()):
        raise Refused("Lectern does not start in production:\n" + "\n".join(f"- {p}" for p in problems))
    return found


settings = read_settings()
