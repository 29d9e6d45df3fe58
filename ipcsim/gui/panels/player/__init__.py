"""Play slowly what just happened."""
