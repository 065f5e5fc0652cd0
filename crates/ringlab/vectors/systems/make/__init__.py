"""Asks real software for the owner of each key, and writes the answers as vector files."""
