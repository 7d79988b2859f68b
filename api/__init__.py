"""openapi.yaml, compiled for API Gateway and the functions, and rendered for people."""
