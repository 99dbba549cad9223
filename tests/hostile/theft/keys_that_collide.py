# about: a dict of ints that all have one hash: inserting them is quadratic for whoever builds the dict again
# expects: points=0 summary=wrong|forged|result_limit|cpu_limit
import antorcha.worker.wire.encoding as codec

prime = 2**61 - 1
plain = codec.json.dumps


class Json:
    loads = staticmethod(__import__("json").loads)

    @staticmethod
    def dumps(value, **settings):
        keys = ",".join(f'[["i","{hex(number * prime)}"],0]' for number in range(5, 19_000))
        return plain(value, **settings).replace('"bomb"', '["d",[' + keys + "]]")


codec.json = Json


def summary(x):
    return {"largest": "bomb"}
