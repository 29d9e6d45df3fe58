"""What a soak has found."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_SHOWN = 20


@dataclass
class Verdict:
    """Figures to be read and violations that make the command fail."""

    figures: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def demand(self, holds: bool, sentence: str) -> None:
        """Note a violation unless ``holds``."""
        if not holds:
            self.violations.append(sentence)

    def show(self, title: str) -> None:
        """Print both."""
        print(f"{title}:")
        for name, figure in self.figures.items():
            print(f"  {name:<44} {figure}")
        for sentence in self.violations[:MOST_SHOWN]:
            print(f"  VIOLATION: {sentence}")
        if len(self.violations) > MOST_SHOWN:
            print(f"  ... and {len(self.violations) - MOST_SHOWN} more")
        if not self.violations:
            print("  no violation")
