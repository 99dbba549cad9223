# about: an answer nested a hundred thousand deep
# expects: points=0 squares=result_limit
def squares(n):
    answer = []
    for _ in range(100_000):
        answer = [answer]
    return answer
