# about: files without content, more than anybody needs
# expects: points=0 kept=file_limit
def kept(x):
    for number in range(20_000):
        open(f"{number}", "w").close()
    return x.clone()
