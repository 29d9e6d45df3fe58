"""Findings: worked out, shown, replayed."""
