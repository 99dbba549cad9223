# about: prints without end
# expects: points=0 squares=output_limit
def squares(n):
    while True:
        print("x" * 1000)
