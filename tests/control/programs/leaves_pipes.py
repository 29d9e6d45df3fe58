"""Messages that fit and that don't, the end of the line, waiting for several things."""

import multiprocessing as mp
from multiprocessing.connection import wait


def echo(link, answers, *others):
    for end in others:
        end.close()
    while True:
        try:
            message = link.recv()
        except EOFError:
            break
        answers.send_bytes(message)
    answers.send("through")


def main():
    near, far = mp.Pipe()
    answers, out = mp.Pipe(False)
    # A forked child has the other ends too.
    others = (near, answers) if mp.get_start_method() == "fork" else ()
    process = mp.Process(target=echo, args=(far, out, *others))
    process.start()
    far.close()
    out.close()
    near.send(b"x" * 2_000_000)
    print(len(answers.recv_bytes()), near.poll(), answers.poll(0.5))
    near.send(b"y")
    print(answers.poll(None), answers.recv_bytes())
    near.close()
    print(wait([answers, process.sentinel])[0] is answers, answers.recv())
    try:
        answers.recv()
    except EOFError:
        print("nobody is left", wait([process.sentinel]) == [process.sentinel])
    process.join()
    answers, out = mp.Pipe(False)
    answers.close()
    try:
        out.send(1)
    except BrokenPipeError:
        print("broken", process.exitcode)


if __name__ == "__main__":
    main()
