"""Who comes in, and how: accounts, sign-in, passwords, mailed links, one's own profile and sessions."""
