# about: asks the user
# expects: points=0 squares=error
def squares(n):
    return int(input("n? "))
