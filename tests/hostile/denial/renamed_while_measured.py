# about: a thread that moves files about for ever, so that no look at the folder sees them all
# expects: points=0 kept=file_limit
import os
import threading


def kept(x):
    os.makedirs("a/x")
    os.mkdir("b")
    for number in range(4):
        with open(f"a/x/{number}", "wb") as file:
            file.write(bytes(7_000_000))

    def move():
        while True:
            os.rename("a/x", "b/x")
            os.rename("b/x", "a/x")

    threading.Thread(target=move, daemon=True).start()
    return x.clone()
