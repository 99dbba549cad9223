# about: a folder that may be entered and written to but not listed, with more in it than is allowed
# expects: points=0 kept=file_limit
import os


def kept(x):
    os.mkdir("closed", 0o300)
    for number in range(4):
        with open(f"closed/{number}", "wb") as file:
            file.write(bytes(7_000_000))
    return x.clone()
