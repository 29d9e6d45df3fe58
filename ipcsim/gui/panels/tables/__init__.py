"""Interleaving table and events: tables of any number of rows."""
