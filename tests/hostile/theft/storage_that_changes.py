# about: a thread keeps writing other numbers into the answer while it is encoded and sent
# expects: points=0 scale=wrong
import threading

import torch

answer = torch.zeros(3)


def churn():
    number = 0.0
    while True:
        number += 1.0
        answer.fill_(number)


threading.Thread(target=churn, daemon=True).start()


def scale(x, factor):
    return answer
