"""joblib's workers: loky's, which it starts by a command of its own, a pool's and threads."""

import math

from joblib import Parallel, delayed


def main():
    for backend in ("loky", "multiprocessing", "threading"):
        with Parallel(n_jobs=2, backend=backend) as parallel:
            print(parallel(delayed(math.sqrt)(n) for n in range(20)))


if __name__ == "__main__":
    main()
