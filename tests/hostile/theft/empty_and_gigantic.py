# about: an empty array of a thousand million rows, as a key, so that showing it would fill the grader's memory
# expects: points=0 summary=forged|wrong|result_limit
import antorcha.worker.wire.encoding as codec
import antorcha.worker.serve as serve

plain = codec.json.dumps


def dumps(value, **settings):
    text = plain(value, **settings)
    node = '["A",{"dt":"float32","sc":false,"sh":[1000000000,0],"st":[1,1],"mm":-1,"bf":-1,"os":0}]'
    return text.replace('"bomb"', node)


class Json:
    pass


codec.json = Json()
codec.json.dumps = dumps
codec.json.loads = __import__("json").loads


def summary(x):
    return {"largest": 1.0, "smallest": 1.0, "shape": (3, 2), "bomb": 1}
