"""A researcher's own table, read and checked against the list of China's counties."""
