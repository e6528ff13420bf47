"""What one can do with accounts, one function per verb, split by when: `making` them."""

from lms_app.accounts.service.making import create_account, invite

__all__ = ["create_account", "invite"]
