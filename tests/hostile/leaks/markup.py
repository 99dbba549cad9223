# about: HTML, Markdown, terminal codes and bidirectional marks in every text that a page could show
# expects: points=0 scale=error root=wrong summary=wrong
def scale(x, factor):
    raise ValueError("<script>alert('LEAK')</script><img src=x onerror=alert(1)> [a](javascript:alert(1)) \x1b[2J\x1b]0;LEAK\x07\u202e")


class Root:
    __qualname__ = "<script>LEAK</script>"

    def __call__(self, x):
        raise type("<b>LEAK</b>\x1b[31m", (Exception,), {})


root = Root()


def summary(x):
    return {"<script>LEAK</script>": "\x1b[2J", "largest": "</script>", "shape": "```\n# LEAK"}
