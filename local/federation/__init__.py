"""STS for people whom an identity provider vouches for: web identity (OpenID Connect) and SAML, checked as AWS does."""
