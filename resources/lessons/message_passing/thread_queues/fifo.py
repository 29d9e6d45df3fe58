"""First come, first served."""

import queue
import threading


def clerk(letters):
    while True:
        urgency, text = letters.get()
        if text == "close":
            break
        print(urgency, text)


def main():
    letters = queue.Queue()
    letters.put((3, "newspaper"))
    letters.put((1, "telegram"))
    letters.put((2, "parcel"))
    letters.put((9, "close"))
    worker = threading.Thread(
        target=clerk,
        args=(letters,),
        name="clerk",
    )
    worker.start()
    worker.join()
    print("not read:", letters.qsize())


if __name__ == "__main__":
    main()
