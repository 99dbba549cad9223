# about: prints without end while it is loaded
# expects: points=0 whole=output_limit
while True:
    print("y" * 4096)
