"""STS for users of an identity provider: web identity (OpenID Connect) and SAML, checked as AWS does."""
