# about: a coroutine that never ends
# expects: points=0 squares=wall_limit|error|cpu_limit
import asyncio


def squares(n):
    return asyncio.run(asyncio.sleep(3600))
