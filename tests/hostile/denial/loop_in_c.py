# about: a number that takes longer to compute than anybody waits, in one instruction
# expects: points=0 squares=cpu_limit|memory_limit
def squares(n):
    return 9**9**9**n
