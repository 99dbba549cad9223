# about: a folder that changes for ever and holds next to nothing: nobody can say how large it is
# expects: points=0|1 kept=file_limit|passed
import threading


def kept(x):
    def write():
        number = 0
        while True:
            number += 1
            with open(f"{number % 7}", "w") as file:
                file.write("x" * (number % 100))

    threading.Thread(target=write, daemon=True).start()
    return x.clone()
