"""Identity providers on this machine: OpenID Connect (provider.mjs, needs Node) and SAML (saml_provider.py)."""
