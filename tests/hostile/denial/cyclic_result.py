# about: answers that contain themselves
# expects: points=0 squares=result_limit scale=result_limit|wrong
def squares(n):
    answer = []
    answer.append(answer)
    return answer


def scale(x, factor):
    answer = {}
    answer["x"] = (answer, [answer])
    return answer
