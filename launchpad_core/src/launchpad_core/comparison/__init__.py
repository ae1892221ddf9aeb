"""Contracts compared: what a new one changes for the clients of the old one."""
