"""Words for annotations. To load ``typing`` for them, which nobody reads at run time, takes a
watched process milliseconds and most of a megabyte, and each of its forks longer."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as Any
    from typing import Final as Final
    from typing import Literal as Literal
else:
    Any = Final = Literal = object
