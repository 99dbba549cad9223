# about: files that are large and hold nothing: they take no room on the disk
# expects: points=1 kept=passed
def kept(x):
    for number in range(100):
        with open(f"{number}", "wb") as file:
            file.truncate(7_000_000)
    return x.clone()
