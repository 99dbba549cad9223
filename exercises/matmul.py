"""Productos de matrices y la capa lineal.

Un producto de matrices cruza cada fila de una matriz con cada columna de otra. Los modelos están
hechos sobre todo de eso: una capa lineal es un producto y una suma. Aquí vas a distinguir los dos
tipos de producto, a leer formas, a cambiar bucles por un producto y a escribir a mano una capa
lineal.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión.
"""

from __future__ import annotations

from collections.abc import Callable

import torch


def two_products(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Multiplica dos vectores de las dos maneras: elemento a elemento y como se multiplican las
    matrices.

    `a` y `b` son vectores de la misma longitud y del mismo dtype, de enteros o de coma flotante.
    Devuelve dos tensores, en este orden:

    1. el producto elemento a elemento, un vector de esa longitud;
    2. el producto de matrices de los dos, también llamado producto escalar: la suma de los
       elementos del primer resultado. No tiene ejes: su forma es `()`.

    Los dos tienen el dtype de `a` y `b`: int32 sigue siendo int32. Dos vectores sin elementos dan
    un vector sin elementos, y 0. `a` y `b` no cambian. Si necesitan gradiente, este pasa a través
    de los dos resultados.

    >>> two_products(torch.tensor([1, 2, 3]), torch.tensor([1, 2, 3]))
    (tensor([1, 4, 9]), tensor(14))
    """
    raise NotImplementedError


def product_shape(case: str) -> tuple[int, ...] | str:
    """Predice: ¿qué forma tiene cada producto, o lanza un error?

    `case` es una de las letras de la "a" a la "n". Devuelve la forma de la expresión que indica,
    como una tupla de enteros, o el texto "error" si PyTorch se niega a calcularla:

        a: torch.ones(2, 3) @ torch.ones(3, 2)
        b: torch.ones(3, 2) @ torch.ones(2, 3)
        c: torch.ones(3, 2) @ torch.ones(3, 2)
        d: torch.ones(3, 2) @ torch.ones(3, 2).T
        e: torch.ones(4, 3) @ torch.ones(3)
        f: torch.ones(3) @ torch.ones(4, 3)
        g: torch.ones(3) @ torch.ones(3)
        h: torch.ones(3) * torch.ones(3)
        i: torch.ones(4, 1) @ torch.ones(1, 3)
        j: torch.ones(4, 1) @ torch.ones(3, 2)
        k: torch.ones(2, 3) * torch.ones(3, 2)
        l: torch.ones(5, 2, 3) @ torch.ones(5, 3, 4)
        m: torch.ones(5, 2, 3) @ torch.ones(3, 4)
        n: torch.ones(1, 3) @ torch.ones(3, 1)

    >>> product_shape("a")
    (2, 2)
    """
    raise NotImplementedError


def product_functions(case: str) -> list[str]:
    """Predice: ¿qué funciones pueden multiplicar tensores de estas dos formas?

    Hay cuatro: `torch.dot`, `torch.mm`, `torch.bmm` y `torch.matmul`. `case` es una de las letras
    de la "a" a la "j" e indica las formas del primer tensor y del segundo:

        a: (3,), (3,)
        b: (2, 3), (3, 4)
        c: (2, 3), (3,)
        d: (5, 2, 3), (5, 3, 4)
        e: (5, 2, 3), (3, 4)
        f: (1, 2, 3), (5, 3, 4)
        g: (2, 3), (2, 3)
        h: (5, 2, 3), (4, 3, 2)
        i: (1, 3), (3, 1)
        j: (2, 3), (5, 3, 4)

    Devuelve una lista con los nombres de todas las que dan un resultado y no lanzan ningún error,
    en el orden "dot", "mm", "bmm", "matmul". Si ninguna lo da, devuelve una lista vacía.

    >>> product_functions("a")
    ['dot', 'matmul']
    """
    raise NotImplementedError


def bought_together(orders: torch.Tensor) -> torch.Tensor:
    """Depura: ¿en cuántos pedidos se compraron juntos dos productos?

    `orders` es una matriz float32 o float64 de forma `(n, d)`, con una fila por cada uno de `n`
    pedidos y una columna por cada uno de `d` productos: 1 donde el pedido incluye el producto y 0
    donde no. Puede que no haya ningún pedido (`n` es 0); `d` es al menos 1.

    Devuelve una matriz nueva de forma `(d, d)` y con el dtype de `orders`. El elemento `[i, j]` es
    el número de pedidos que incluyen tanto el producto i como el producto j; en la diagonal está en
    cuántos pedidos aparece cada producto. `orders` no cambia y nunca necesita gradiente.

    El código de abajo no lanza ningún error. Con 4 pedidos de 3 productos su resultado es demasiado
    grande, (4, 4), y con los 3 pedidos del ejemplo tiene la forma correcta y números equivocados:
    `[2., 2., 1.]` en su primera fila. ¿Qué es lo que cuenta?

    >>> bought_together(torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]))
    tensor([[3., 2., 1.],
            [2., 2., 0.],
            [1., 0., 1.]])
    """
    return orders @ orders.T


def dot_table(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Calcula el producto escalar de cada fila de `a` con cada fila de `b`, sin bucles.

    `a` tiene la forma `(n, d)`, `b` la forma `(m, d)`, y los dos tienen el mismo dtype de coma
    flotante. Devuelve una matriz de forma `(n, m)` y con ese dtype, que tenga en `[i, j]` el
    producto escalar de la fila i de `a` y la fila j de `b`. Estos bucles dan sus números, en tantos
    pasos como productos hay:

        table = torch.zeros(n, m)
        for i in range(n):
            for j in range(m):
                for k in range(d):
                    table[i, j] += a[i, k] * b[j, k]

    Tu código tiene que hacer el mismo número de operaciones con tensores sean cuales sean `n`, `m`
    y `d`. Las pruebas las cuentan con entradas pequeñas y con otras mayores. No importa cuántas
    sean, pero ese número no debe crecer con los tamaños. Los gradientes tienen que llegar hasta `a`
    y `b`, así que pasar por números de Python o por NumPy no vale.

    `n`, `m` o `d` pueden ser 0: sin filas, la matriz está vacía, y las filas sin números tienen
    producto escalar 0. `a` y `b` no cambian.

    >>> dot_table(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), torch.tensor([[1.0, 0.0], [2.0, 1.0]]))
    tensor([[ 1.,  4.],
            [ 3., 10.],
            [ 5., 16.]])
    """
    raise NotImplementedError


def fair_time(
    work: Callable[[], object], clock: Callable[[], float], wait: Callable[[], object], repeats: int
) -> float:
    """Mide cuánto dura un cálculo, de modo que el número signifique algo.

    `work()` hace el cálculo una vez. `clock()` devuelve la hora en segundos. El cálculo puede
    hacerse en una GPU: entonces `work` vuelve mientras la GPU sigue ocupada, y `wait()` vuelve
    cuando ha terminado todo lo que se le pidió. En una CPU, donde no hay nada que esperar, `wait`
    no hace nada.

    - Llama a `work` una vez antes de medir nada, y deja que termine. La primera llamada es más
      lenta que todas las demás, porque solo entonces se preparan la memoria y los programas.
    - Después llama a `work` otras `repeats` veces, al menos 1, y mide cada una de esas llamadas por
      separado: desde el momento en que se pide el cálculo hasta el momento en que está hecho, y no
      hasta que vuelve `work`. Cuando empieza el tiempo no debe seguir en marcha nada que se pidiera
      antes.
    - Devuelve la mediana de los tiempos, en segundos, como un float de Python: la mitad de ellos
      son más largos y la mitad más cortos. Si los tiempos son un número par, es la media de los dos
      centrales. Una sola llamada que otra cosa del ordenador haya retrasado no la mueve.

    Así, a `work` se la llama `repeats + 1` veces en total. A `clock` y a `wait` las puedes llamar
    cuantas veces quieras; ninguna de las dos gasta tiempo. Lo que devuelve `work` no importa. No
    mires otro reloj que este: las pruebas te dan uno que ellas mismas hacen avanzar.

    >>> moments = [0.0]
    >>> def work():
    ...     moments.append(moments[-1] + 0.5)
    >>> fair_time(work, lambda: moments[-1], lambda: None, 3)
    0.5
    """
    raise NotImplementedError


def item_scores(queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
    """Calcula una tabla de productos escalares para cada elemento de un lote.

    `queries` tiene la forma `(batch, n, d)` y `keys` la forma `(batch, m, d)`: los `batch`
    elementos del lote, cada uno con `n` y `m` filas de `d` números. Los dos tienen el mismo dtype
    de coma flotante, y todos los tamaños son al menos 1.

    Devuelve un tensor de forma `(batch, n, m)` y con ese dtype. En `[i, j, k]` está el producto
    escalar de `queries[i, j]` y `keys[i, k]`; las filas de elementos distintos del lote no se
    cruzan nunca. Con los números no se hace nada más. `queries` y `keys` no cambian, y los
    gradientes llegan a ambos. Aquí se permite un bucle.

    >>> queries = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])
    >>> keys = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [0.0, 2.0], [1.0, -1.0]]])
    >>> item_scores(queries, keys)
    tensor([[[ 1.,  2.,  3.]],
    <BLANKLINE>
            [[ 6.,  8., -1.]]])
    """
    raise NotImplementedError


def mapped_points(points: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Depura: aplica una misma matriz a todos los puntos de varios conjuntos.

    `points` tiene la forma `(sets, n, d)`: `sets` conjuntos de `n` puntos, cada uno con `d`
    coordenadas. `matrix` tiene la forma `(k, d)`, y los dos tienen el mismo dtype de coma flotante;
    todos los tamaños son al menos 1. Cada punto p, un vector de `d` números, se convierte en el
    producto de matrices de `matrix` y p, un vector de `k` números. Devuélvelos todos en el mismo
    orden: un tensor de forma `(sets, n, k)` y con el mismo dtype. `points` y `matrix` no cambian, y
    los gradientes llegan a ambos.

    El código de abajo escribe la fórmula tal como se lee, y se detiene con

        RuntimeError: mat2 must be a matrix

    Corrígelo. Ten cuidado: puede que otra función acepte los dos tensores y aun así multiplique a
    lo largo del eje equivocado.

    >>> swap_and_add = torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> mapped_points(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), swap_and_add)
    tensor([[[2., 1., 3.],
             [4., 3., 7.]]])
    """
    return torch.mm(matrix, points)


def hand_linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """Calcula a mano lo que calcula la capa `torch.nn.Linear`: x por la transpuesta de weight, más
    bias.

    - `x` contiene las entradas a lo largo de su último eje: tiene la forma `(inputs,)`,
      `(rows, inputs)` o cualquier número de ejes más por delante. Puede que no haya ninguna fila.
    - `weight`, los pesos, tiene la forma `(outputs, inputs)`, como en `layer.weight`: una fila por
      cada salida.
    - `bias`, el sesgo, tiene la forma `(outputs,)`, o es None en una capa que no lo lleva.

    Todos tienen el mismo dtype de coma flotante, e `inputs` y `outputs` son al menos 1. Devuelve un
    tensor con ese dtype y con la forma de `x`, pero con `outputs` a lo largo de su último eje.
    Ningún argumento cambia, y los gradientes llegan a cada uno de los que lo necesiten.

    Se trata de que escribas tú el producto y la suma. `torch.nn.functional.linear` hace las dos
    cosas en una llamada: las pruebas no la prohíben, pero aprendes más si solo la usas para
    comprobar tu resultado.

    >>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> hand_linear(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), weight, torch.tensor([0.5, 0.0, -1.0]))
    tensor([[1.5000, 2.0000, 2.0000],
            [3.5000, 4.0000, 6.0000]])
    """
    raise NotImplementedError
