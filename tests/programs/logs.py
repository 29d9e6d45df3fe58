"""logging and multiprocessing's own logger, which tells what happens underneath."""

import logging
import multiprocessing as mp
import re
import sys

if __name__ == "__main__":
    logger = mp.get_logger()
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(lambda record: not re.search(r"\d{4}|0x", record.getMessage()))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logging.basicConfig(stream=sys.stdout, format="%(processName)s %(funcName)s %(message)s")
    logging.warning("by the root logger")
    child = mp.get_context("fork").Process(target=logging.warning, args=("in the child",))
    child.start()
    child.join()
    mp.log_to_stderr().warning("last words")
