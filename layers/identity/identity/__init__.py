"""Who calls: tokens, signing keys, sign-ins, sessions, SAML providers. For every function that verifies an identity."""
