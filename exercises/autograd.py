"""Gradientes: lo que registra autograd y lo que `backward` hace con ello.

Una derivada dice cuánto cambia un resultado cuando cambia una entrada, y entrenar es poco más que
seguir las derivadas cuesta abajo. Aquí las calculas con diferencias y con autograd, lees el grafo
que PyTorch registra, lo cortas donde hay que cortarlo y bajas a mano hasta un mínimo.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes el código.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch


def slope_at(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Calcula con autograd la derivada de `f` en `x`.

    `x` es un tensor de coma flotante sin ejes. `f` recibe un tensor así, calcula con él en PyTorch
    y devuelve otro sin ejes. Devuelve un tensor sin ejes, con el dtype de `x`, que no necesite
    gradiente. Deja que lo haga autograd: una diferencia de dos valores de `f` no es lo bastante
    exacta.

    Deja `x` como está: no empieza a necesitar gradiente y, si ya lo necesita, lo que haya en su
    `grad` se queda ahí y no cuenta.

    >>> slope_at(lambda x: torch.sin(2 * x), torch.tensor(3.5))
    tensor(1.5078)
    """
    raise NotImplementedError


def error_table(f: Callable[[torch.Tensor], torch.Tensor], x: float, steps: Sequence[float]) -> torch.Tensor:
    """Di a qué distancia de la derivada exacta quedan dos aproximaciones.

    Para un paso `h`, la derivada de `f` en `x` es aproximadamente

        forward:  (f(x + h) - f(x)) / h
        central:  (f(x + h) - f(x - h)) / (2 * h)

    Devuelve un tensor float64 de forma `(len(steps), 2)`, con una fila por cada paso, en el mismo
    orden: el error absoluto de la diferencia hacia delante (forward) y el de la diferencia central.
    El error es la distancia a la derivada que da autograd. El resultado no necesita gradiente.

    `x` y los pasos son números de Python, y hay al menos un paso. `f` recibe un tensor sin ejes y
    devuelve otro. Dale siempre float64: las diferencias pequeñas se ahogan en el redondeo de
    float32.

    >>> error_table(lambda x: x**3, 2.0, [0.5, 0.25])
    tensor([[3.2500, 0.2500],
            [1.5625, 0.0625]], dtype=torch.float64)
    """
    raise NotImplementedError


def numerical_gradient(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, h: float) -> torch.Tensor:
    """Depura: el gradiente de una función de varios números, con diferencias centrales.

    `x` es un vector float64 de `n` números: un punto. `f` recibe un vector así y devuelve un tensor
    sin ejes. Devuelve un vector float64 de `n` números: el de la posición `i` es

        (f(x + h * e) - f(x - h * e)) / (2 * h)

    donde `e` es un vector de `n` números, todos 0 salvo un 1 en la posición `i`. `x` no cambia.

    El código de abajo no lanza ningún error. Con la función del ejemplo da 3, -8 y 144, y solo el
    segundo número es correcto. Le pasa a `f` todos los puntos de una vez, como filas de una matriz:
    ¿qué números saca `p[0]` de esa matriz?

    >>> f = lambda p: 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 3
    >>> numerical_gradient(f, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), 1e-4)
    tensor([  9.0000,  -8.0000, 138.0000], dtype=torch.float64)
    """
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return (f(x + steps) - f(x - steps)) / (2 * h)


def value_and_gradient(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Calcula una función de tres números y su gradiente.

    `x` es un vector de coma flotante con los tres números que en matemáticas se llaman x1, x2 y x3.
    La función es

        3 * x1 * x3 - 2 * x2² + 5 * x3³

    Devuelve su valor, un tensor sin ejes, y su gradiente, un vector de tres números: las derivadas
    respecto a x1, x2 y x3. Los dos tienen el dtype de `x` y no necesitan gradiente. Deja `x` como
    está, también su `grad`; puede que él mismo necesite gradiente.

    >>> value_and_gradient(torch.tensor([1.0, 2.0, 3.0]))
    (tensor(136.), tensor([  9.,  -8., 138.]))
    """
    raise NotImplementedError


def way_to_differentiate(case: str) -> str:
    """¿De qué manera de hallar una derivada habla cada frase?

    Hay tres. Devuelve la letra de la opción que corresponde a la frase que nombra `case`: "A", "B",
    "C", "D" o "E".

    A) Para una pérdida que depende de un millón de pesos da todas las derivadas en un punto, en lo
       que duran unos pocos cálculos de la pérdida, y exactas salvo en las últimas cifras.
    B) De sin(2x) saca 2·cos(2x), un texto que se puede leer y que vale para todo x.
    C) Sirve para una función de la que solo se conocen los valores, como un programa que está en el
       ordenador de otra persona.
    D) Con un paso más pequeño su respuesta mejora al principio y, a partir de cierto punto,
       empeora.
    E) Es lo que hace PyTorch cuando se llama a `backward`.

    Opciones:

    a) simbólica: unas reglas convierten la fórmula de la función en una fórmula de su derivada
    b) numérica: se calcula la función en dos puntos cercanos y la diferencia de sus valores se
       divide entre la distancia que los separa
    c) automática: mientras se calcula la función en un punto se anota cada operación, y después se
       multiplican las derivadas de esas operaciones
    """
    raise NotImplementedError


def after_backward(case: str) -> float | str | None:
    """Predice: ¿qué contiene `y` al final?

    Cada vez todo empieza de nuevo con

        x = torch.tensor(3.0, requires_grad=True)

    y después se ejecuta el código que nombra `case`, una de las letras de la "a" a la "l". Si
    entonces `y` es un tensor, devuelve el número que contiene; si es un número de Python, ese
    número; si es `None`, devuelve `None`. Si el código se detiene con un error, devuelve el texto
    "error".

        a: y = x ** 2
        b: y = (x ** 2).backward()
        c: y = x ** 2; y.backward()
        d: y = (x ** 2).backward(); y = x.grad
        e: y = x.grad
        f: y = x ** 2; y = y.backward(); y.backward()
        g: y = torch.autograd.grad(x ** 2, x)[0]
        h: y = torch.autograd.grad(x ** 2, x)[0]; y = x.grad
        i: y = x ** 2; y = y + y.backward()
        j: y = x ** 2; z = y; y = z.backward(); y = z
        k: y = (x ** 2).item()
        l: y = (x ** 2).item().backward()

    >>> after_backward("a")
    9.0
    """
    raise NotImplementedError


def elementwise_slopes(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Depura: la derivada de `f` en muchos puntos a la vez.

    `x` es un tensor de coma flotante que no necesita gradiente. Puede tener cualquier forma,
    incluso ningún eje o ningún elemento. `f` acepta un tensor de cualquier forma, trata cada uno de
    sus elementos por separado y devuelve un tensor de esa misma forma.

    Devuelve dos tensores con el dtype de `x`: la suma de todos los valores de `f`, sin ejes, y las
    derivadas, con la forma de `x`. Ninguno necesita gradiente. Deja `x` como está: no empieza a
    necesitar gradiente.

    El código de abajo se detiene con

        RuntimeError: grad can be implicitly created only for scalar outputs

    >>> total, slopes = elementwise_slopes(lambda x: 5 * x**2, torch.linspace(-4, 4, 21))
    >>> total, slopes[:3]
    (tensor(616.), tensor([-40., -36., -32.]))
    """
    x.requires_grad_()
    y = f(x)
    y.backward()
    return y.sum(), x.grad


def layer_backward(x: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> float:
    """Recorre una capa lineal hacia delante y hacia atrás.

    La capa convierte la entrada `x` en las puntuaciones `x @ w + b`. Pueden ser números
    cualesquiera, como 200 o -300: no han pasado por una sigmoide. La pérdida es la entropía cruzada
    binaria entre ellas y los objetivos `y`, que son todos ceros y unos, promediada sobre todos los
    elementos.

    Devuelve la pérdida como un float de Python y deja los gradientes de la pérdida en `w.grad` y
    `b.grad`. Los dos son `None` cuando se llama a tu función. Los valores de los argumentos no
    cambian. `x` tiene la forma `(inputs,)` o `(rows, inputs)`, `w` la forma `(inputs, outputs)`,
    `b` la forma `(outputs,)`, e `y` la forma de las puntuaciones. Todos son float32, y `w` y `b`
    necesitan gradiente.

    >>> w, b = torch.zeros(2, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    >>> round(layer_backward(torch.ones(2), torch.zeros(3), w, b), 4)
    0.6931
    >>> b.grad
    tensor([0.1667, 0.1667, 0.1667])
    """
    raise NotImplementedError


def gradient_per_batch(w: torch.Tensor, batches: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Depura: el gradiente de la pérdida respecto a `w`, para cada lote por separado.

    `w` es un vector de `n` pesos que necesita gradiente, y cada lote, una matriz de forma
    `(rows, n)`. La pérdida de un lote es `((batch @ w) ** 2).mean()`. Devuelve una lista con un
    gradiente por cada lote, en el mismo orden: vectores de `n` números que no comparten memoria
    entre sí. Si no hay lotes, la lista está vacía.

    Los valores de `w` no cambian, y al acabar sigue necesitando gradiente. `w.grad` puede contener
    algo cuando se llama a tu función, y eso no cuenta; lo que contenga al final es cosa tuya.

    El código de abajo no lanza ningún error. Con el mismo lote tres veces da 12, 12, 12 en lugar de
    4, 4, 4. Hay dos cosas mal: pregúntate de dónde sale el 12 y por qué incluso el primer número es
    12.

    >>> w = torch.tensor([2.0], requires_grad=True)
    >>> batch = torch.ones(1, 1)
    >>> gradient_per_batch(w, [batch, batch, batch])
    [tensor([4.]), tensor([4.]), tensor([4.])]
    """
    gradients = []
    for batch in batches:
        loss = ((batch @ w) ** 2).mean()
        loss.backward()
        gradients.append(w.grad)
    return gradients


def gradient_after(case: str) -> float | str | None:
    """Predice: ¿qué contiene `x.grad` al final?

    Cada caso empieza con `x = torch.tensor(3.0, requires_grad=True)` y, donde se usa un optimizador
    `opt`, con `opt = torch.optim.SGD([x], lr=0.1)`. Devuelve el número que hay en `x.grad` cuando
    se ha ejecutado el caso entero, o `None` si es `None`, o el texto "error" si algo del caso lanza
    un error. `case` es una de las letras de la "a" a la "l":

        a: (x**2).backward()
        b: (x**2).backward(); (x**2).backward()
        c: (x**2).backward(); (5 * x).backward()
        d: (x**2).backward(); x.grad.zero_()
        e: (x**2).backward(); x.grad = None
        f: (x**2).backward(); opt.zero_grad()
        g: (x**2).backward(); opt.zero_grad(set_to_none=False)
        h: y = x**2; y.backward(); y.backward()
        i: y = x**2; y.backward(retain_graph=True); y.backward()
        j: y = x.detach() * x; y.backward()
        k: y = x.detach() ** 2; y.backward()
        l: y = x**2

    >>> gradient_after("a")
    6.0
    """
    raise NotImplementedError


def leaf_and_grad(case: str) -> tuple[bool, bool]:
    """Predice: ¿es una hoja?, ¿necesita gradiente?

    Devuelve dos booleanos para el tensor `case`: su `is_leaf` y su `requires_grad`. `case` es una
    de las letras de la "a" a la "l". En todos los casos `w = torch.ones(2, requires_grad=True)`, un
    tensor float32; en el último se pregunta por el tensor `t`.

        a: w
        b: w * 2
        c: torch.ones(2)
        d: torch.ones(2) * 3
        e: w.detach()
        f: (w * 2).detach().requires_grad_()
        g: w.double()
        h: w.float()
        i: w > 0
        j: w.sum()
        k: torch.nn.Parameter(torch.ones(2) * 3)
        l: with torch.no_grad(): t = w * 2

    >>> leaf_and_grad("a")
    (True, True)
    """
    raise NotImplementedError


def hidden_gradients(x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Obtén un gradiente intermedio de una red y otro de su comienzo.

    La red calcula `hidden = x @ w1` y después la suma de todos los elementos de
    `torch.relu(hidden) @ w2`. Devuelve dos gradientes de esa suma, primero el gradiente respecto a
    `hidden` y después el gradiente respecto a `w1`, cada uno con la forma de aquello a lo que
    pertenece. Ninguno necesita gradiente. Exactamente en 0, PyTorch toma 0 como pendiente de
    `relu`.

    Los argumentos son matrices cuyas formas encajan; `w1` y `w2` necesitan gradiente, y su `grad`
    es `None` cuando se llama a tu función. Lo que contenga al final es cosa tuya. Los valores de
    los argumentos no cambian.

    >>> w1 = torch.tensor([[1.0, -1.0]], requires_grad=True)
    >>> w2 = torch.tensor([[2.0], [4.0]], requires_grad=True)
    >>> hidden_gradients(torch.tensor([[3.0]]), w1, w2)
    (tensor([[2., 0.]]), tensor([[6., 0.]]))
    """
    raise NotImplementedError


def one_sided_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Calcula una pérdida que enseña solo a un lado.

    Devuelve la media de las diferencias al cuadrado entre `prediction` y `target`, dos tensores de
    coma flotante de la misma forma, como un tensor sin ejes. A menudo los dos salen de un modelo y
    necesitan gradiente, pero solo debe aprender la predicción: cuando alguien llame a `backward`
    sobre lo que devuelves, el gradiente debe llegar a `prediction` y no debe llegar a `target`.

    Deja los dos argumentos como están. Si `target` necesita gradiente, lo sigue necesitando
    después: solo que tu pérdida no se lo pasa.

    >>> prediction = torch.tensor([3.0, 5.0], requires_grad=True)
    >>> target = torch.tensor([1.0, 5.0], requires_grad=True)
    >>> one_sided_loss(prediction, target).backward()
    >>> prediction.grad, target.grad
    (tensor([2., 0.]), None)
    """
    raise NotImplementedError


def graph_nodes(y: torch.Tensor) -> dict[str, int]:
    """Recorre el grafo que hay detrás de `y` y cuenta sus nodos por nombre.

    Empieza en `y.grad_fn`. Los `next_functions` de un nodo son pares, y lo primero de cada par es
    un nodo situado un paso más atrás, o `None` donde no se quiere gradiente. Síguelos todos, hasta
    los nodos que ya no tienen más. El nombre de un nodo es el de su tipo, `type(node).__name__`.

    Devuelve un diccionario que diga, para cada nombre, cuántos nodos lo tienen. Un nodo al que se
    llega por varios caminos cuenta una sola vez, y `None` no cuenta. Un tensor cuyo `grad_fn` es
    `None` da un diccionario vacío. `y` y el grafo se quedan como están: después `backward` sigue
    funcionando. El grafo tiene como mucho unos cientos de nodos, así que la recursión no es
    problema.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> graph_nodes(x * 3 + 1)
    {'AddBackward0': 1, 'MulBackward0': 1, 'AccumulateGrad': 1}
    """
    raise NotImplementedError


def centred_sigmoid(x: torch.Tensor) -> torch.Tensor:
    """Depura: una sigmoide que va de -1 a 1, `2 * sigmoid(x) - 1`.

    `x` es un tensor de coma flotante de cualquier forma, y no cambia. Devuelve un tensor con su
    forma y su dtype. Si `x` necesita gradiente, el resultado también, y `backward` funciona sobre
    él y sobre lo que se calcule a partir de él.

    Los valores que devuelve el código de abajo son correctos. Pero el primer `backward` se detiene
    con

        RuntimeError: one of the variables needed for gradient computation has been modified by an
        inplace operation: [torch.FloatTensor [3]], which is output 0 of Sigmoid, is at version 2;
        expected version 0 instead.

    >>> x = torch.tensor([0.0, 0.0, 100.0], requires_grad=True)
    >>> y = centred_sigmoid(x)
    >>> y.sum().backward()
    >>> x.grad
    tensor([0.5000, 0.5000, 0.0000])
    """
    y = torch.sigmoid(x)
    y *= 2
    y -= 1
    return y


def sgd_by_hand(params: Sequence[torch.Tensor], lr: float) -> None:
    """Depura: un paso de descenso de gradiente, tal como lo hace un optimizador.

    `params` es una lista de tensores hoja que necesitan gradiente. Mueve cada uno en contra de su
    gradiente: a sus valores réstales el producto de `lr` y su `grad`. Se cambian los propios
    tensores de la lista, para que lo vea cualquiera que los tenga; siguen siendo hojas y siguen
    necesitando gradiente. Después, el `grad` de cada uno es `None`, listo para el paso siguiente.

    Un tensor que no se usó en la pérdida tiene `None` en su `grad`: déjalo como está. No devuelvas
    nada. Que PyTorch registre o no las operaciones queda después como estaba antes.

    El código de abajo se detiene con

        RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> sgd_by_hand([w], lr=0.25)
    >>> w, w.grad
    (tensor([1.5000], requires_grad=True), None)
    """
    for p in params:
        p -= lr * p.grad
        p.grad = None


def descend(
    f: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, list[float]]:
    """Baja desde `start`, cuesta abajo, `steps` veces.

    Cada paso calcula `f` y su gradiente en el punto donde estás, y después le resta al punto el
    producto de `lr` y el gradiente. `start` es un tensor de coma flotante de cualquier forma; `f`
    recibe uno como él y devuelve un tensor sin ejes. Hazlo sin `torch.optim`.

    Devuelve dos cosas: el punto al que se llega tras el último paso, un tensor que no necesita
    gradiente y tiene memoria propia; y una lista de `steps` floats de Python, los valores de `f`
    antes de cada paso. Con 0 pasos el punto es una copia de `start` y la lista está vacía.

    `start` no cambia. Las actualizaciones en sí no se registran: cada punto que le das a `f` es una
    hoja que necesita gradiente, sin historia detrás.

    >>> descend(lambda p: (p**2).sum(), torch.tensor([8.0]), lr=0.25, steps=3)
    (tensor([1.]), [64.0, 16.0, 4.0])
    """
    raise NotImplementedError


def curve_figure(f: Callable[[torch.Tensor], torch.Tensor], low: float, high: float, count: int) -> Any:
    """Dibuja una función y su derivada.

    Devuelve una figura de Matplotlib con un solo par de ejes y exactamente dos líneas en él, las
    dos sobre `count` puntos igualmente espaciados de `low` a `high`, con ambos extremos incluidos:
    primero los valores de `f`, con la etiqueta "function", y después su derivada en los mismos
    puntos, con la etiqueta "derivative". El eje de abajo lleva la etiqueta "x", y una leyenda
    nombra las dos líneas. Colores, título y cuadrícula quedan a tu gusto.

    `f` recibe un vector float32, trata cada elemento por separado y devuelve un vector igual de
    largo. Obtén la derivada con autograd.

    Importa `Figure` desde `matplotlib.figure` dentro de tu función: hecha así, una figura no
    necesita ninguna ventana. `Figure().subplots()` te da los ejes. No muestres ni guardes la
    figura.

    >>> figure = curve_figure(lambda x: 5 * x**2, -4, 4, 21)
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['function', 'derivative']
    """
    raise NotImplementedError
