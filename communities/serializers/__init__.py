"""What programs send and are answered, a module a noun."""
