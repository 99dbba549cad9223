# about: a text of nearly two megabytes where a tensor is expected, of lines that all differ a little
# expects: points=0 scale=wrong summary=result_limit
text = "".join(f"line {number}\n" for number in range(100_000))[:900_000]


def scale(x, factor):
    return text


def summary(x):
    return {"largest": text, "smallest": text, "shape": text}
