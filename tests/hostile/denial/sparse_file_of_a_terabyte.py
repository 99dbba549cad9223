# about: a file larger than its limit that takes no room on the disk
# expects: points=0 kept=error|crashed|file_limit
def kept(x):
    with open("large", "wb") as file:
        file.truncate(1 << 40)
    return x.clone()
