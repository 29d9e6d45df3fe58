"""Main accepts connections of its workers, on sockets that nobody watches."""

import multiprocessing as mp
import socket


def ask(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"x")


def main(workers: int = 2):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    team = [mp.Process(target=ask, args=(port,)) for _ in range(workers)]
    for worker in team:
        worker.start()
    got = [listener.accept()[0].recv(1) for _ in team]
    for worker in team:
        worker.join()
    print(got)


if __name__ == "__main__":
    main()
