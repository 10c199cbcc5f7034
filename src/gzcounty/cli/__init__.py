"""Commands for a terminal; each does one thing that the package does, and says it in lines."""
