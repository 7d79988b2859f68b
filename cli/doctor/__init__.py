"""`docent doctor`: checks of an account, before a deployment and after it, each with what to do next."""
