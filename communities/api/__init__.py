"""The doors for programs, a module a noun."""
